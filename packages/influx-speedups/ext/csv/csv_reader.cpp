// Reads rows once, from the first to the last, each cell as what the cells above it are. Where a column
// turns out to be text after numbers or booleans, the cells above are read again, at most once.

#include "csv/csv_reader.hpp"

#include <cmath>
#include <cstring>

#include "csv/printed_times.hpp"
#include "json/json_number.hpp"
#include "numbers/swar.hpp"
#include "python/python.hpp"
#include "python/utf8.hpp"

namespace {

bool ends_cell(char sign) { return sign == ',' || sign == '\n'; }
bool is_plain(char sign) { return !ends_cell(sign) && sign != '"' && sign != '\r'; }

// The first sign that does not belong to a plain cell; a newline comes before the end.
const char* plain_end(const char* from, const char* end) {
  for (; end - from >= 8; from += 8) {
    const auto word = word_at<uint64_t>(from);
    if ((equal(word, ',') | equal(word, '\n') | equal(word, '"') | equal(word, '\r')) & all(0x80)) break;
  }
  while (is_plain(*from)) ++from;
  return from;
}

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<size_t>(end - begin)}; }

// Reads a quoted cell, in which a quote is doubled; the sign behind it.
const char* read_quoted(const char* at, const char* end, std::string& unquoted) {
  unquoted.clear();
  for (;;) {
    const auto* quote = static_cast<const char*>(std::memchr(at + 1, '"', static_cast<size_t>(end - at - 1)));
    if (quote == nullptr) throw Irregular{};
    unquoted.append(at + 1, quote);
    at = quote + 1;
    if (at == end || (*at != '"' && !ends_cell(*at))) throw Irregular{};
    if (*at != '"') return at;
    unquoted.push_back('"');
  }
}

constexpr Kinds kWhole = bit(Kind::kInteger) | bit(Kind::kUnsigned);

// What the cells of one column are so far, in one series.
class ColumnReader {
 public:
  explicit ColumnReader(CsvKind kind) : kind_(kind) {}

  void begin() {
    guess_ = Guess::kNothing;
    starts_.clear();
    points_ = large_ = false;
  }

  // Reads the cell that begins here; the sign behind it.
  const char* read(Values& values, size_t row, const char* at, const char* end) {
    if (guesses() && guess_ != Guess::kText) starts_.push_back(static_cast<uint32_t>(end - at));
    if (ends_cell(*at)) {
      values.set(row, Kind::kNull, 0);
      return at;
    }
    if (*at == '"') return quoted(values, row, at, end);
    switch (kind_) {
      case CsvKind::kGuess:
      case CsvKind::kDated: return guess(values, row, at, end);
      case CsvKind::kPrintedTime: return whole(time(values, row, at, end));
      case CsvKind::kString: return text(values, row, at, end);
      case CsvKind::kBoolean: return whole(flag(values, row, at, end));
      case CsvKind::kFloat: return whole(floating(values, row, at, end));
      default: return whole(integer(values, row, at, end));
    }
  }

  // Makes the numbers of a column alike, when its last row has been read.
  void finish(Values& values, size_t rows) const {
    if (!(values.seen & bit(Kind::kFloat)) || !guesses()) return;
    if (large_ && !points_) throw Irregular{};  // Python has integers of any size
    if (!(values.seen & kWhole)) return;
    for (size_t row = 0; row < rows; ++row) {
      const uint64_t word = values.words[row];
      if (values.kinds[row] == Kind::kInteger) {
        values.set(row, Kind::kFloat, word_of(static_cast<double>(static_cast<int64_t>(word))));
      } else if (values.kinds[row] == Kind::kUnsigned) {
        values.set(row, Kind::kFloat, word_of(static_cast<double>(word)));
      }
    }
    values.seen &= static_cast<Kinds>(~kWhole);
  }

  // Whether a column that has been read holds times.
  bool timed() const {
    return kind_ == CsvKind::kTime || kind_ == CsvKind::kPrintedTime || guess_ == Guess::kTimes;
  }

 private:
  enum class Guess : uint8_t { kNothing, kNumbers, kFlags, kTimes, kText };

  bool guesses() const { return kind_ == CsvKind::kGuess || kind_ == CsvKind::kDated; }
  bool may_be(Guess guess) const { return guess_ == Guess::kNothing || guess_ == guess; }

  const char* guess(Values& values, size_t row, const char* at, const char* end) {
    if (may_be(Guess::kNumbers)) {
      if (const char* behind = number(values, row, at, end)) {
        guess_ = Guess::kNumbers;
        return behind;
      }
    }
    if (may_be(Guess::kFlags)) {
      if (const char* behind = flag(values, row, at, end)) {
        guess_ = Guess::kFlags;
        return behind;
      }
    }
    if (kind_ == CsvKind::kDated && may_be(Guess::kTimes)) {
      if (const char* behind = time(values, row, at, end)) {
        guess_ = Guess::kTimes;
        return behind;
      }
    }
    be_text(values, row, end);
    return text(values, row, at, end);
  }

  // Reads the cells of the rows before this one as text.
  void be_text(Values& values, size_t rows, const char* end) {
    if (guess_ == Guess::kText) return;
    if (guess_ != Guess::kNothing) {
      values.seen &= bit(Kind::kNull);
      for (size_t row = 0; row < rows; ++row) {
        if (values.kinds[row] == Kind::kNull) continue;
        const char* const start = end - starts_[row];
        set_text(values, row, between(start, plain_end(start, end)));
      }
    }
    guess_ = Guess::kText;
  }

  // Each of these returns the sign behind the cell, or null if the cell is something else.

  const char* number(Values& values, size_t row, const char* at, const char* end) {
    const Number found = read_number<false>(at, end);
    if (found.end == nullptr || !ends_cell(*found.end)) return nullptr;
    if (found.kind == Kind::kNull) return large(values, row, at, found.end);
    points_ |= found.kind == Kind::kFloat;
    values.set(row, found.kind, found.word);
    return found.end;
  }

  // A number that fits no word; it is a float if others of the column have a point.
  const char* large(Values& values, size_t row, const char* at, const char* end) {
    values.set(row, Kind::kFloat, large_word(at, end));
    large_ = true;
    return end;
  }

  static uint64_t large_word(const char* at, const char* end) {
    const auto value = standard_decimal(between(at, end));
    if (!value) throw Irregular{};
    return word_of(*value);
  }

  static const char* flag(Values& values, size_t row, const char* at, const char* end) {
    const bool value = *at == 't';
    const std::string_view word = value ? "true" : "false";
    if (between(at, end).substr(0, word.size()) != word || !ends_cell(at[word.size()])) return nullptr;
    values.set(row, value ? Kind::kTrue : Kind::kFalse, value);
    return at + word.size();
  }

  const char* time(Values& values, size_t row, const char* at, const char* end) {
    const char* const stop = plain_end(at, end);
    int64_t ns;
    if (!times_.read(between(at, stop), ns)) return nullptr;
    values.set(row, Kind::kInteger, static_cast<uint64_t>(ns));
    return stop;
  }

  static const char* integer(Values& values, size_t row, const char* at, const char* end) {
    const Number found = read_number<false>(at, end);
    if (found.kind != Kind::kInteger && found.kind != Kind::kUnsigned) return nullptr;
    values.set(row, found.kind, found.word);
    return found.end;
  }

  static const char* floating(Values& values, size_t row, const char* at, const char* end) {
    Number found = read_number<false>(at, end);
    if (found.kind == Kind::kInteger) {
      const double value = static_cast<double>(static_cast<int64_t>(found.word));
      found.word = word_of(*at == '-' ? -std::fabs(value) : value);
    } else if (found.kind == Kind::kUnsigned) {
      found.word = word_of(static_cast<double>(found.word));
    } else if (found.kind == Kind::kNull) {
      if (found.end == nullptr) return nullptr;
      found.word = large_word(at, found.end);
    }
    values.set(row, Kind::kFloat, found.word);
    return found.end;
  }

  // What is not the whole cell of a column whose kind is known.
  static const char* whole(const char* behind) {
    if (behind == nullptr || !ends_cell(*behind)) throw Irregular{};
    return behind;
  }

  static const char* text(Values& values, size_t row, const char* at, const char* end) {
    const char* const stop = plain_end(at, end);
    if (!ends_cell(*stop)) throw Irregular{};
    set_text(values, row, between(at, stop));
    return stop;
  }

  // The server quotes what has a comma, a quote, a space in front or a line end.
  const char* quoted(Values& values, size_t row, const char* at, const char* end) {
    const char* const stop = read_quoted(at, end, unquoted_);
    if (unquoted_.empty()) {
      values.set(row, Kind::kNull, 0);
    } else if (kind_ == CsvKind::kString) {
      set_text(values, row, unquoted_);
    } else if (guesses() && (guess_ == Guess::kText || !like_others(unquoted_))) {
      be_text(values, row, end);
      set_text(values, row, unquoted_);
    } else {
      throw Irregular{};
    }
    return stop;
  }

  // Whether a text might be a number, a boolean or a time.
  static bool like_others(std::string_view text) {
    return text == "true" || text == "false" || text.find_first_not_of("0123456789.-:T") == std::string_view::npos;
  }

  static void set_text(Values& values, size_t row, std::string_view text) {
    values.set(row, Kind::kText, values.texts.add(text));
  }

  CsvKind kind_;
  Guess guess_ = Guess::kNothing;
  bool points_ = false;  // whether a number has a point
  bool large_ = false;   // whether another one does not fit a word
  std::vector<uint32_t> starts_;  // of the cells of a guess, from the end of all
  std::string unquoted_;
  PrintedTimes times_;
};

class CsvReader {
 public:
  CsvReader(std::string_view records, size_t start, std::string_view kinds, int keys)
      : begin_(records.data() + start), at_(begin_), end_(records.data() + records.size()), keys_(keys) {
    if (start >= records.size() || records.back() != '\n' || kinds.empty()) throw Irregular{};
    if (kinds.find_first_not_of("gdpstfiub") != std::string_view::npos) throw Irregular{};
    for (const char kind : kinds) columns_.emplace_back(static_cast<CsvKind>(kind));
  }

  std::vector<CsvSeries> read() {
    while (at_ != end_ && *at_ != '\n') row();
    finish();
    if (!is_utf8(between(begin_, at_))) throw Irregular{};
    return std::move(found_);
  }

  const char* at() const { return at_; }

 private:
  void row() {
    if (found_.empty() || !repeats(key_)) key();
    Cells& cells = found_.back().cells;
    const size_t row = cells.next(), last = columns_.size() - 1;
    for (size_t column = 0; column < last; ++column) {
      at_ = columns_[column].read(cells[column], row, at_, end_);
      if (*at_++ != ',') throw Irregular{};
    }
    at_ = columns_[last].read(cells[last], row, at_, end_);
    if (*at_++ != '\n') throw Irregular{};
    cells.added();
  }

  // Moves behind bytes that come again.
  bool repeats(std::string_view key) {
    if (static_cast<size_t>(end_ - at_) <= key.size() || !same_bytes(at_, key.data(), key.size())) return false;
    at_ += key.size();
    return true;
  }

  // Reads name and tags; begins a series if they are others.
  void key() {
    const char* const start = at_;
    std::string name = keys_ > 0 ? cell() : "", tags = keys_ > 1 ? cell() : "";
    key_ = between(start, at_);
    if (!found_.empty() && found_.back().name == name && found_.back().tags == tags) return;
    finish();
    found_.push_back({std::move(name), std::move(tags), Cells(columns_.size()), {}});
    for (ColumnReader& column : columns_) column.begin();
  }

  void finish() {
    if (found_.empty()) return;
    Cells& cells = found_.back().cells;
    for (size_t column = 0; column < columns_.size(); ++column) {
      columns_[column].finish(cells[column], cells.rows());
      found_.back().timed.push_back(columns_[column].timed());
    }
    cells.finish();
  }

  // The text of the next cell, which is not the last one.
  std::string cell() {
    std::string text;
    const char* stop;
    if (*at_ == '"') {
      stop = read_quoted(at_, end_, text);
    } else {
      stop = plain_end(at_, end_);
      text.assign(at_, stop);
    }
    if (*stop != ',') throw Irregular{};
    at_ = stop + 1;
    return text;
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
  const int keys_;
  std::string_view key_;  // name and tags of the last row, as they stand there
  std::vector<ColumnReader> columns_;
  std::vector<CsvSeries> found_;
};

}  // namespace

CsvFound read_csv(std::string_view records, size_t start, std::string_view kinds, int keys) {
  CsvReader reader(records, start, kinds, keys);
  std::vector<CsvSeries> series = reader.read();
  return {std::move(series), static_cast<size_t>(reader.at() - records.data())};
}

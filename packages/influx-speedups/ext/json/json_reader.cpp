// Reads a document from its beginning to its end, once. A row that is longer than others throws, a value
// that is a list, and an integer of more than 64 bits.

#include "json/json_reader.hpp"

#include "json/json_number.hpp"
#include "json/json_text.hpp"
#include "python/python.hpp"
#include "results/document_reader.hpp"

namespace {

class Reader : public DocumentReader<Reader> {
 public:
  explicit Reader(std::string_view document)
      : at_(document.data()), end_(document.data() + document.size()) {}

  std::vector<ResultFound> document() {
    std::vector<ResultFound> found = results();
    if (next() != '\0' || at_ != end_) throw Irregular{};
    return found;
  }

 private:
  friend class DocumentReader<Reader>;

  static constexpr bool kSortsTags = false;

  void rows(Cells& cells) {
    list([&] {
      const size_t row = cells.next();
      expect('[');
      value(cells[0], row);
      for (size_t column = 1; column < cells.width(); ++column) {
        expect(',');
        value(cells[column], row);
      }
      expect(']');
      cells.added();
    });
    cells.finish();
  }

  void value(Values& values, size_t row) {
    switch (next()) {
      case '"':
        ++at_;
        return values.set(row, Kind::kText, values.texts.add(read_text(at_, end_, unescaped_)));
      case 'n':
        word("null");
        return values.set(row, Kind::kNull, 0);
      case 't':
        word("true");
        return values.set(row, Kind::kTrue, 1);
      case 'f':
        word("false");
        return values.set(row, Kind::kFalse, 0);
      default:
        return number(values, row);
    }
  }

  void number(Values& values, size_t row) {
    const Number number = read_number<true>(at_, end_);
    if (number.kind == Kind::kNull) throw Irregular{};
    at_ = number.end;
    values.set(row, number.kind, number.word);
  }

  uint32_t small_integer() {
    next();
    const char* begin = at_;
    uint64_t digits = 0;
    const ptrdiff_t count = read_digits(at_, end_, digits);
    if (count == 0 || count > 9 || (count > 1 && *begin == '0')) throw Irregular{};
    return static_cast<uint32_t>(digits);
  }

  bool flag() {
    const bool value = next() == 't';
    word(value ? "true" : "false");
    return value;
  }

  // The text that comes next; it holds until the next one is read.
  std::string_view text() {
    expect('"');
    return read_text(at_, end_, unescaped_);
  }

  template <typename Member>
  void object(Member member) {
    Once once;
    expect('{');
    if (taken('}')) return;
    do {
      const std::string_view key = text();
      expect(':');
      member(key, once);
    } while (taken(','));
    expect('}');
  }

  template <typename Item>
  void list(Item item) {
    expect('[');
    if (taken(']')) return;
    do {
      item();
    } while (taken(','));
    expect(']');
  }

  void word(std::string_view expected) {
    if (static_cast<size_t>(end_ - at_) < expected.size() ||
        std::string_view(at_, expected.size()) != expected) {
      throw Irregular{};
    }
    at_ += expected.size();
  }

  void expect(char sign) {
    if (!taken(sign)) throw Irregular{};
  }

  bool taken(char sign) {
    if (next() != sign) return false;
    ++at_;
    return true;
  }

  // The next byte that is not space; zero at the end.
  char next() {
    for (; at_ != end_; ++at_) {
      if (*at_ > ' ') return *at_;
      if (*at_ != ' ' && *at_ != '\n' && *at_ != '\t' && *at_ != '\r') break;
    }
    return at_ == end_ ? '\0' : *at_;
  }

  const char* at_;
  const char* const end_;
  std::string unescaped_;
};

}  // namespace

std::vector<ResultFound> read_json(std::string_view document) { return Reader(document).document(); }

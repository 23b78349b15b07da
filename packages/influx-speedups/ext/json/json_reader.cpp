// Reads a document from its beginning to its end, once. A row that is longer than others throws, a value
// that is a list, and an integer of more than 64 bits.

#include "json/json_reader.hpp"

#include <cmath>

#include "json/json_decimal.hpp"
#include "json/json_text.hpp"
#include "numbers/standard_decimal.hpp"
#include "python/python.hpp"
#include "results/document_reader.hpp"

namespace {

// More digits than this may not fit a word.
constexpr ptrdiff_t kMostDigits = 19;

bool is_digit(char sign) { return static_cast<unsigned char>(sign - '0') < 10; }

constexpr std::array<uint64_t, 9> kTens = {1,       10,        100,        1'000,      10'000,
                                            100'000, 1'000'000, 10'000'000, 100'000'000};

// The number that eight bytes are, each the value of a digit, the first one in the lowest byte.
uint64_t number_of(uint64_t digits) {
  constexpr uint64_t kPairs = 0x000000ff000000ff;
  digits = digits * 10 + (digits >> 8);
  return static_cast<uint32_t>(((digits & kPairs) * (100 + (1'000'000ull << 32)) +
                                (digits >> 16 & kPairs) * (1 + (10'000ull << 32))) >> 32);
}

// Puts the digits that come next behind those put before, up to eight; how many there were. Numbers
// of one column have about as many digits: without a step for each, no branch is mispredicted.
size_t up_to_eight(const char* at, uint64_t& number) {
  const uint64_t digits = word_at<uint64_t>(at) ^ 0x3030303030303030;
  const uint64_t others = ((digits + 0x7676767676767676) | digits) & 0x8080808080808080;
  if (others == 0) {
    number = number * kTens[8] + number_of(digits);
    return 8;
  }
  const auto count = static_cast<size_t>(__builtin_ctzll(others) / 8);
  if (count) number = number * kTens[count] + number_of(digits << (64 - 8 * count));
  return count;
}

// A double, by the standard library: of any length, and any size it can have.
double long_decimal(const char* begin, const char* end) {
  const auto value = standard_decimal({begin, static_cast<size_t>(end - begin)});
  if (!value) throw Irregular{};
  return *value;
}

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
    const char* begin = at_;
    const bool negative = at_ != end_ && *at_ == '-';
    at_ += negative;
    uint64_t digits = 0;
    const char* first = at_;
    const ptrdiff_t whole = more_digits(digits);
    if (whole == 0 || (whole > 1 && *first == '0')) throw Irregular{};
    if (at_ == end_ || (*at_ != '.' && (*at_ | 0x20) != 'e')) {
      if (whole > kMostDigits) throw Irregular{};
      return integer(values, row, digits, negative);
    }
    ptrdiff_t significant = whole;
    int exponent = 0;
    if (*at_ == '.') {
      first = ++at_;
      const ptrdiff_t decimals = more_digits(digits);
      if (decimals == 0 || decimals > 1000) throw Irregular{};
      significant += decimals;
      exponent = -static_cast<int>(decimals);
      if (significant > kMostDigits) significant -= zeros_before(begin + negative);
    }
    if (at_ != end_ && (*at_ | 0x20) == 'e') exponent += power();
    const bool quick = significant <= kMostDigits && exponent >= -kMostFives && exponent <= kMostFives;
    const double size = quick ? decimal(digits, exponent) : long_decimal(begin + negative, at_);
    uint64_t word;
    const double signed_size = negative ? -size : size;
    std::memcpy(&word, &signed_size, sizeof word);
    values.set(row, Kind::kFloat, word);
  }

  static void integer(Values& values, size_t row, uint64_t digits, bool negative) {
    constexpr uint64_t kMost = INT64_MAX;
    if (digits <= kMost + negative) return values.set(row, Kind::kInteger, negative ? 0 - digits : digits);
    if (negative) throw Irregular{};
    values.set(row, Kind::kUnsigned, digits);
  }

  // Reads digits behind those read before; how many there were.
  ptrdiff_t more_digits(uint64_t& digits) {
    const char* at = at_;
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
      while (end_ - at >= 8) {
        const size_t count = up_to_eight(at, digits);
        at += count;
        if (count < 8) return at - std::exchange(at_, at);
      }
    }
    for (; at != end_ && is_digit(*at); ++at) digits = digits * 10 + static_cast<uint64_t>(*at - '0');
    return at - std::exchange(at_, at);
  }

  // The zeros that a number with a point begins with, and which don't count.
  ptrdiff_t zeros_before(const char* at) const {
    ptrdiff_t count = 0;
    for (; at != at_ && (*at == '0' || *at == '.'); ++at) count += *at == '0';
    return count;
  }

  // Reads an exponent; one of more than four digits is none that a number has.
  int power() {
    ++at_;
    const bool negative = at_ != end_ && *at_ == '-';
    if (negative || (at_ != end_ && *at_ == '+')) ++at_;
    uint64_t digits = 0;
    const ptrdiff_t count = more_digits(digits);
    if (count == 0 || count > 4) throw Irregular{};
    return negative ? -static_cast<int>(digits) : static_cast<int>(digits);
  }

  uint32_t small_integer() {
    next();
    const char* begin = at_;
    uint64_t digits = 0;
    const ptrdiff_t count = more_digits(digits);
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

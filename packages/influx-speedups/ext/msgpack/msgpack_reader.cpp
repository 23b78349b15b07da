// Reads a document from its beginning to its end, once. A row that is longer than others throws, and a
// value that is a list.

#include "msgpack/msgpack_reader.hpp"

#include <array>

#include "numbers/times.hpp"
#include "python/python.hpp"
#include "python/utf8.hpp"
#include "results/document_reader.hpp"

namespace {

enum Byte : uint8_t {
  kMap = 0x80,
  kArray = 0x90,
  kText = 0xa0,
  kNil = 0xc0,
  kFalse = 0xc2,
  kTrue = 0xc3,
  kBytes8 = 0xc4,
  kExtension8 = 0xc7,
  kFloat32 = 0xca,
  kFloat64 = 0xcb,
  kUnsigned8 = 0xcc,
  kInteger8 = 0xd0,
  kFixedExtension = 0xd4,
  kText8 = 0xd9,
  kArray16 = 0xdc,
  kMap16 = 0xde,
  kNegative = 0xe0,
};

// The extension of times: seconds in 8 bytes, nanoseconds in 4.
constexpr uint8_t kTime = 5;
constexpr size_t kTimeSize = 12;

// A number of so many bytes, the highest byte first.
uint64_t big_endian(const char* at, size_t size) {
  uint64_t number = 0;
  for (size_t index = 0; index < size; ++index) number = number << 8 | static_cast<uint8_t>(at[index]);
  return number;
}

template <typename Word>
Word big_endian(const char* at) {
  return static_cast<Word>(big_endian(at, sizeof(Word)));
}

template <typename Float, typename Word>
double floating(const char* at) {
  const Word word = big_endian<Word>(at);
  Float value;
  std::memcpy(&value, &word, sizeof value);
  return static_cast<double>(value);
}

class Reader : public DocumentReader<Reader> {
 public:
  explicit Reader(std::string_view document)
      : at_(document.data()), end_(document.data() + document.size()) {}

  std::vector<ResultFound> document() {
    std::vector<ResultFound> found = results();
    if (at_ != end_) throw Irregular{};
    return found;
  }

 private:
  friend class DocumentReader<Reader>;

  static constexpr bool kSortsTags = true;  // a server lists them in another order in each series

  void rows(Cells& cells) {
    list([&] {
      const size_t row = cells.next();
      if (list_size() != cells.width()) throw Irregular{};
      for (size_t column = 0; column < cells.width(); ++column) value(cells[column], row);
      cells.added();
    });
    cells.finish();
  }

  void value(Values& values, size_t row) {
    const uint8_t first = byte();
    if (first < kMap) return values.set(row, Kind::kInteger, first);
    if (first >= kNegative) return integer(values, row, static_cast<int8_t>(first));
    if (first >= kText && first < kNil) return put_text(values, row, text_of(first - kText));
    switch (first) {
      case kNil: return values.set(row, Kind::kNull, 0);
      case kFalse: return values.set(row, Kind::kFalse, 0);
      case kTrue: return values.set(row, Kind::kTrue, 1);
      case kExtension8: return time(values, row);
      case kFloat32: return number(values, row, floating<float, uint32_t>(bytes(4)));
      case kFloat64: return number(values, row, floating<double, uint64_t>(bytes(8)));
      case kUnsigned8: return natural(values, row, big_endian<uint8_t>(bytes(1)));
      case kUnsigned8 + 1: return natural(values, row, big_endian<uint16_t>(bytes(2)));
      case kUnsigned8 + 2: return natural(values, row, big_endian<uint32_t>(bytes(4)));
      case kUnsigned8 + 3: return natural(values, row, big_endian<uint64_t>(bytes(8)));
      case kInteger8: return integer(values, row, big_endian<int8_t>(bytes(1)));
      case kInteger8 + 1: return integer(values, row, big_endian<int16_t>(bytes(2)));
      case kInteger8 + 2: return integer(values, row, big_endian<int32_t>(bytes(4)));
      case kInteger8 + 3: return integer(values, row, big_endian<int64_t>(bytes(8)));
      case kText8:
      case kText8 + 1:
      case kText8 + 2: return put_text(values, row, text_of(length(first - kText8)));
      default: throw Irregular{};
    }
  }

  static void integer(Values& values, size_t row, int64_t number) {
    values.set(row, Kind::kInteger, static_cast<uint64_t>(number));
  }

  static void natural(Values& values, size_t row, uint64_t number) {
    values.set(row, number <= INT64_MAX ? Kind::kInteger : Kind::kUnsigned, number);
  }

  static void number(Values& values, size_t row, double number) {
    uint64_t word;
    std::memcpy(&word, &number, sizeof word);
    values.set(row, Kind::kFloat, word);
  }

  static void put_text(Values& values, size_t row, std::string_view text) {
    values.set(row, Kind::kText, values.texts.add(text));
  }

  void time(Values& values, size_t row) {
    if (byte() != kTimeSize || byte() != kTime) throw Irregular{};
    const char* at = bytes(kTimeSize);
    int64_t ns;
    if (__builtin_mul_overflow(big_endian<int64_t>(at), kSecond, &ns) ||
        __builtin_add_overflow(ns, big_endian<int32_t>(at + 8), &ns)) {
      throw Irregular{};
    }
    integer(values, row, ns);
  }

  uint32_t small_integer() {
    const uint8_t first = byte();
    if (first < kMap) return first;
    if (first == kInteger8 + 1 || first == kUnsigned8 || first == kUnsigned8 + 1) {
      const auto number = static_cast<int64_t>(first == kUnsigned8       ? big_endian<uint8_t>(bytes(1))
                                               : first == kUnsigned8 + 1 ? big_endian<uint16_t>(bytes(2))
                                                                         : big_endian<int16_t>(bytes(2)));
      if (number >= 0) return static_cast<uint32_t>(number);
    }
    throw Irregular{};
  }

  bool flag() {
    const uint8_t first = byte();
    if (first != kTrue && first != kFalse) throw Irregular{};
    return first == kTrue;
  }

  std::string_view text() {
    const uint8_t first = byte();
    if (first >= kText && first < kNil) return text_of(first - kText);
    if (first < kText8 || first >= kArray16) throw Irregular{};
    return text_of(length(first - kText8));
  }

  std::string_view text_of(size_t size) {
    const std::string_view found(bytes(size), size);
    if (!is_utf8(found)) throw Irregular{};
    return found;
  }

  template <typename Member>
  void object(Member member) {
    const uint8_t first = byte();
    const bool small = first >= kMap && first < kArray;
    if (!small && first != kMap16 && first != kMap16 + 1) throw Irregular{};
    Once once;
    for (size_t left = small ? first - kMap : length(first - kMap16 + 1); left; --left) {
      const std::string_view key = text();
      member(key, once);
    }
  }

  template <typename Item>
  void list(Item item) {
    for (size_t left = list_size(); left; --left) item();
  }

  size_t list_size() {
    const uint8_t first = byte();
    if (first >= kArray && first < kText) return first - kArray;
    if (first != kArray16 && first != kArray16 + 1) throw Irregular{};
    return length(first - kArray16 + 1);
  }

  // A length of 1, 2 or 4 bytes.
  size_t length(int power) {
    const size_t width = size_t{1} << power;
    return static_cast<size_t>(big_endian(bytes(width), width));
  }

  uint8_t byte() { return static_cast<uint8_t>(*bytes(1)); }

  // The next bytes, which have been read then.
  const char* bytes(size_t count) {
    if (static_cast<size_t>(end_ - at_) < count) throw Irregular{};
    return std::exchange(at_, at_ + count);
  }

  const char* at_;
  const char* const end_;
};

// What follows the first byte of a value.
struct Layout {
  uint8_t width = 0;         // the bytes of a length
  uint8_t skip = 0;          // bytes behind it
  uint8_t inside = 0;        // other values
  uint8_t bytes_a_unit = 0;  // bytes for each unit of the length
  uint8_t values_a_unit = 0;
};

constexpr std::array<Layout, 256> layouts() {
  std::array<Layout, 256> all{};
  for (int size = 0; size < 16; ++size) {
    all[kMap + size].inside = static_cast<uint8_t>(2 * size);
    all[kArray + size].inside = static_cast<uint8_t>(size);
  }
  for (int size = 0; size < 32; ++size) all[kText + size].skip = static_cast<uint8_t>(size);
  for (int power = 0; power < 3; ++power) {
    const auto width = static_cast<uint8_t>(1 << power);
    all[kBytes8 + power] = all[kText8 + power] = {width, 0, 0, 1, 0};
    all[kExtension8 + power] = {width, 1, 0, 1, 0};
  }
  for (int power = 0; power < 2; ++power) {
    all[kFloat32 + power].skip = static_cast<uint8_t>(4 << power);
    all[kArray16 + power] = {static_cast<uint8_t>(2 << power), 0, 0, 0, 1};
    all[kMap16 + power] = {static_cast<uint8_t>(2 << power), 0, 0, 0, 2};
  }
  for (int power = 0; power < 4; ++power) {
    all[kUnsigned8 + power].skip = all[kInteger8 + power].skip = static_cast<uint8_t>(1 << power);
  }
  for (int power = 0; power < 5; ++power) all[kFixedExtension + power].skip = static_cast<uint8_t>(1 + (1 << power));
  return all;
}

constexpr auto kLayouts = layouts();

}  // namespace

std::vector<ResultFound> read_msgpack(std::string_view document) { return Reader(document).document(); }

Position skip_values(std::string_view bytes, Position at, uint64_t most) {
  while (at.values && at.byte < bytes.size()) {
    const Layout& layout = kLayouts[static_cast<uint8_t>(bytes[at.byte])];
    const size_t behind = at.byte + 1 + layout.width;
    if (behind > bytes.size()) break;
    const uint64_t length = big_endian(bytes.data() + at.byte + 1, layout.width);
    if (layout.bytes_a_unit * length > most) break;
    at.byte = behind + layout.skip + static_cast<size_t>(layout.bytes_a_unit * length);
    at.values += layout.inside + layout.values_a_unit * length - 1;
  }
  return at;
}

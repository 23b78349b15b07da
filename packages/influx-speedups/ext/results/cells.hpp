// The values of one series as they are read: by the column, a word and a kind for each. Nothing here
// belongs to Python, so that documents are read without its lock.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Memory that grows without being filled with zeros first.
template <typename Item>
class Array {
  static_assert(std::is_trivially_copyable_v<Item>);

 public:
  Array() = default;
  Array(Array&& other) noexcept : items_(std::exchange(other.items_, nullptr)) {}
  Array& operator=(Array&& other) noexcept {
    std::swap(items_, other.items_);
    return *this;
  }
  ~Array() { std::free(items_); }

  void resize(size_t count) {
    void* moved = std::realloc(items_, (count ? count : 1) * sizeof(Item));
    if (moved == nullptr) throw std::bad_alloc();
    items_ = static_cast<Item*>(moved);
  }
  Item* get() { return items_; }
  const Item* get() const { return items_; }
  Item& operator[](size_t index) { return items_[index]; }
  const Item& operator[](size_t index) const { return items_[index]; }
  Item* release() { return std::exchange(items_, nullptr); }

 private:
  Item* items_ = nullptr;
};

// The texts of a column, each kept once: sensors say the same again and again. Where they don't, it
// is given up.
class CellTexts {
 public:
  // The position of a text, which is new or known.
  uint32_t add(std::string_view text);

  // Whether no text is kept twice.
  bool distinct() const { return distinct_; }
  size_t size() const { return ends_.size(); }
  std::string_view operator[](size_t index) const {
    const size_t begin = index ? ends_[index - 1] : 0;
    return {text_.data() + begin, ends_[index] - begin};
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t find_or_append(std::string_view text);
  uint32_t append(std::string_view text);
  void rehash();

  std::string text_;
  std::vector<size_t> ends_;
  std::vector<uint32_t> next_;   // what came after a text the last time
  std::vector<uint32_t> slots_;  // by hash, the positions of texts; a power of two of them
  uint32_t last_ = kNone;
  size_t asked_ = 0;
  bool distinct_ = true;
};

enum class Kind : uint8_t { kNull, kFalse, kTrue, kInteger, kUnsigned, kFloat, kText };

// Tells which kinds there are in a column, by the bits of a set.
using Kinds = uint8_t;
constexpr Kinds bit(Kind kind) { return static_cast<Kinds>(1 << static_cast<int>(kind)); }

struct Values {
  Array<uint64_t> words;
  Array<Kind> kinds;
  Kinds seen = 0;
  CellTexts texts;

  void set(size_t row, Kind kind, uint64_t word) {
    words[row] = word;
    kinds[row] = kind;
    seen |= bit(kind);
  }
  double number(size_t row) const {
    double value;
    std::memcpy(&value, words.get() + row, sizeof value);
    return value;
  }
};

// Rows of one width.
class Cells {
 public:
  explicit Cells(size_t width) : columns_(width) {}

  // The next row, for which there is room then; it counts when it is `added`.
  size_t next() {
    if (rows_ == room_) grow(room_ ? 2 * room_ : 16);
    return rows_;
  }
  void added() { ++rows_; }
  // Adds the rows of others, of the same width.
  void append(const Cells& others);
  // Lets go of the room that is not needed.
  void finish() { grow(rows_); }

  size_t width() const { return columns_.size(); }
  size_t rows() const { return rows_; }
  Values& operator[](size_t column) { return columns_[column]; }
  const Values& operator[](size_t column) const { return columns_[column]; }

 private:
  void grow(size_t room) {
    for (Values& column : columns_) {
      column.words.resize(room);
      column.kinds.resize(room);
    }
    room_ = room;
  }

  std::vector<Values> columns_;
  size_t rows_ = 0;
  size_t room_ = 0;
};

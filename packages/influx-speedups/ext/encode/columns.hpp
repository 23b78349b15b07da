// Columns as influx_core._columns.arrow_layout describes them, read without Python.
#pragma once

#include <memory>
#include <vector>

#include "python/python.hpp"
#include "python/utf8.hpp"

// The memory of an object with the buffer protocol, held as long as this lives.
class Memory {
 public:
  Memory() = default;
  // Holds nothing for None.
  explicit Memory(PyObject* object);
  Memory(Memory&& other) noexcept : view_(std::exchange(other.view_, Py_buffer{})) {}
  Memory& operator=(Memory&&) = delete;
  ~Memory() {
    if (view_.obj != nullptr) PyBuffer_Release(&view_);
  }

  const char* data() const { return static_cast<const char*>(view_.buf); }
  size_t size() const { return static_cast<size_t>(view_.len); }
  explicit operator bool() const { return view_.obj != nullptr; }

 private:
  Py_buffer view_{};
};

// A text in memory that can be read on behind it.
struct Text {
  const char* start;
  size_t size;
  size_t readable;  // how many bytes may be read
  std::string_view view() const { return {start, size}; }
};

// A column; that its buffers are as long as it says has been checked.
class Column {
 public:
  // Of a tuple: kind, length, values, offsets, valid, offset, dictionary, texts of views.
  explicit Column(PyObject* description);

  char kind() const { return kind_; }
  size_t length() const { return length_; }
  const Column* dictionary() const { return dictionary_.get(); }

  bool present(size_t row) const { return !valid_ || bit(valid_.data(), offset_ + row); }
  bool boolean(size_t row) const { return bit(values_.data(), offset_ + row); }

  template <typename Number>
  Number number(size_t row) const {
    return word_at<Number>(values_.data() + (offset_ + row) * sizeof(Number));
  }

  // A text of a column without a dictionary; false if its offsets or its view lead out of the memory.
  bool text(size_t row, Text& found) const {
    if (is_views_) return viewed_text(row, found);
    const char* offset = offsets_.data() + (offset_ + row) * sizeof(int64_t);
    const auto start = word_at<int64_t>(offset), end = word_at<int64_t>(offset + sizeof(int64_t));
    if (start < 0 || end < start || static_cast<size_t>(end) > values_.size()) return false;
    found = {values_.data() + start, static_cast<size_t>(end - start), values_.size() - static_cast<size_t>(start)};
    return true;
  }

 private:
  // A text that its view has, or the place of.
  bool viewed_text(size_t row, Text& found) const {
    constexpr size_t kView = 16, kInside = 12, kSize = 4;
    const size_t place = (offset_ + row) * kView;
    const char* view = values_.data() + place;
    const auto size = word_at<uint32_t>(view);
    if (size <= kInside) {
      found = {view + kSize, size, values_.size() - place - kSize};
      return true;
    }
    const auto number = word_at<uint32_t>(view + 8), start = word_at<uint32_t>(view + 12);
    if (number >= texts_.size()) return false;
    const Memory& text = texts_[number];
    if (text.size() < start || text.size() - start < size) return false;
    found = {text.data() + start, size, text.size() - start};
    return true;
  }

  static bool bit(const char* bits, size_t index) { return bits[index / 8] >> (index % 8) & 1; }

  char kind_;
  size_t length_;
  Memory values_, offsets_, valid_;
  size_t offset_;
  bool is_views_;
  std::vector<Memory> texts_;
  std::unique_ptr<const Column> dictionary_;
};

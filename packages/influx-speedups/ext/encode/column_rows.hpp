// Rows of columns as line protocol, without the GIL. A row that is not regular is left to Python.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "encode/columns.hpp"
#include "encode/escaping.hpp"
#include "numbers/print_numbers.hpp"
#include "numbers/times.hpp"

// Thrown when lines do not fit into memory that cannot grow.
struct NoRoom {};

// Memory for lines: its own, which grows, or that of another object, which does not.
//
// Who writes keeps the end of the lines, and makes room behind it first. There is always room for two blocks
// more, so that what is shorter can be copied by whole blocks.
class Lines {
 public:
  Lines() = default;
  Lines(char* start, size_t size) : start_(start), limit_(start + size), grows_(false) {}
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() {
    if (grows_) std::free(start_);
  }

  // Makes room behind the end; the end, which has moved with the lines if they have.
  char* room(char* end, size_t more) {
    return static_cast<size_t>(limit_ - end) < more + kSpare ? grow(end, more + kSpare) : end;
  }
  char* start() const { return start_; }

 private:
  static constexpr size_t kSpare = 2 * sizeof(Block);

  __attribute__((noinline)) char* grow(char* end, size_t more) {
    if (!grows_) throw NoRoom{};
    const auto used = static_cast<size_t>(end - start_);
    const size_t capacity = 2 * (used + more);
    char* grown = static_cast<char*>(std::realloc(start_, capacity));
    if (grown == nullptr) throw std::bad_alloc();
    start_ = grown;
    limit_ = grown + capacity;
    return grown + used;
  }

  char* start_ = nullptr;
  char* limit_ = nullptr;
  bool grows_ = true;
};

// Text that is copied by whole blocks.
class PaddedText {
 public:
  PaddedText() = default;
  explicit PaddedText(std::string text) : text_(std::move(text)), size_(text_.size()) { text_.append(sizeof(Block), ' '); }

  size_t size() const { return size_; }
  // Puts the text where there is room for a block more.
  char* put(char* out) const { return copy_blocks(out, text_.data(), size_); }

 private:
  std::string text_ = std::string(sizeof(Block), ' ');
  size_t size_ = 0;
};

// A tag, or the measurement, whose key is then empty: `before` are those that are the same in every
// row.
struct Name {
  PaddedText before;
  PaddedText key;
  Column column;
  bool measurement() const { return key.size() == 0; }
};

struct Field {
  PaddedText key;
  Column column;
};

// The columns of the points.
struct PointColumns {
  size_t length;
  int64_t unit;
  std::vector<Name> names;
  PaddedText rest;  // what stands between the last name and the first field
  std::vector<Field> fields;
  std::unique_ptr<const Column> times;
};

// Puts what a name says, with its key; null if it is not regular. Nothing for an empty tag. There is room.
inline char* put_name(char* out, const Name& name, const Text& text) {
  if (text.size == 0) return name.measurement() ? nullptr : out;
  out = name.key.put(out);
  if (copy_if_plain<kInKey>(out, text)) return name.measurement() && text.start[0] == '#' ? nullptr : out + text.size;
  const unsigned char seen = write_escaped(out, text.view(), name.measurement() ? kInMeasurement : kInKey);
  const bool comment = name.measurement() && text.start[0] == '#';
  return (seen & kRefused) || comment || !is_utf8(text.view()) ? nullptr : out;
}

// Puts a string with its quotes; null if it is not regular. There is room.
inline char* put_string(char* out, const Text& text) {
  *out++ = '"';
  if (copy_if_plain<kInString>(out, text)) {
    out += text.size;
  } else {
    if (!is_utf8(text.view())) return nullptr;
    write_escaped<kInString>(out, text.view());
  }
  *out++ = '"';
  return out;
}

// The texts of a dictionary as they are written in a name or a field, each made when it is first needed.
class EscapedTexts {
 public:
  // For a name, or, without one, for a field.
  EscapedTexts(const Column& dictionary, const Name* name)
      : dictionary_(dictionary), name_(name), entries_(dictionary.length()) {}

  // Puts a text, and makes room behind it; null if there is no such position, or it is not regular.
  char* put(Lines& lines, char* out, int32_t position, size_t room_behind) {
    if (position < 0 || static_cast<size_t>(position) >= entries_.size()) return nullptr;
    Entry& entry = entries_[position];
    if (entry.state != Entry::kRegular) {
      if (entry.state == Entry::kUnknown) write(position, entry);
      if (entry.state == Entry::kIrregular) return nullptr;
    }
    out = lines.room(out, entry.size + room_behind);
    return copy_blocks(out, written_.start() + entry.start, entry.size);
  }

 private:
  struct Entry {
    enum State : unsigned char { kUnknown, kRegular, kIrregular };
    size_t start = 0, size = 0;
    State state = kUnknown;
  };

  __attribute__((noinline)) void write(int32_t position, Entry& entry) {
    Text text;
    entry.state = Entry::kIrregular;
    if (!dictionary_.present(position) || !dictionary_.text(position, text)) return;
    const size_t key = name_ == nullptr ? 0 : name_->key.size();
    end_ = written_.room(end_, key + 2 * text.size + 2);
    char* end = name_ == nullptr ? put_string(end_, text) : put_name(end_, *name_, text);
    if (end == nullptr) return;
    entry = {static_cast<size_t>(end_ - written_.start()), static_cast<size_t>(end - end_), Entry::kRegular};
    end_ = end;
  }

  const Column& dictionary_;
  const Name* name_;
  std::vector<Entry> entries_;
  Lines written_;
  char* end_ = nullptr;
};

// Writes times; what stands before their last sixteen digits is remembered, as it hardly ever changes.
class TimeWriter {
 public:
  explicit TimeWriter(int64_t unit) : unit_(unit) {}

  char* put(char* out, int64_t ns) {
    const int64_t time = in_units(ns, unit_);
#ifdef INFLUX_DECIMALS
    constexpr int64_t kSixteen = 10'000'000'000'000'000;
    if (time >= kSixteen) {
      const auto high = static_cast<uint32_t>(time / kSixteen);
      if (high != high_) {
        high_ = high;
        high_size_ = print_short(high_text_, high) - high_text_;
      }
      std::memcpy(out, high_text_, sizeof high_text_);
      const auto rest = static_cast<uint64_t>(time % kSixteen);
      SixteenDigits(static_cast<uint32_t>(rest / 100'000'000), static_cast<uint32_t>(rest % 100'000'000))
          .put(out + high_size_);
      return out + high_size_ + 16;
    }
#endif
    return print_integer(out, time);
  }

 private:
  int64_t unit_;
  uint32_t high_ = 0;
  ptrdiff_t high_size_ = 0;
  char high_text_[8] = {};
};

// Writes rows; each thread has an encoder of its own.
class RowEncoder {
 public:
  explicit RowEncoder(const PointColumns& points)
      : points_(points), times_(points.unit), room_(points.rest.size() + kLongestNumber) {
    for (const Name& name : points.names) {
      name_texts_.push_back(escaped_texts(name.column, &name));
      room_ += name.before.size();
    }
    for (const Field& field : points.fields) {
      field_texts_.push_back(field.column.kind() == 's' ? escaped_texts(field.column, nullptr) : nullptr);
      room_ += field.key.size() + kLongestNumber;
    }
  }

  // Writes a row behind the end of the lines; their new end, or null if the row is not regular.
  char* write(Lines& lines, char* out, size_t row) {
    out = lines.room(out, room_);
    for (size_t index = 0; index < name_texts_.size(); ++index) {
      const Name& name = points_.names[index];
      out = put(lines, name.before.put(out), name, name_texts_[index].get(), row);
      if (out == nullptr) return nullptr;
    }
    out = put_fields(lines, points_.rest.put(out), row);
    return out == nullptr ? nullptr : put_time(out, row);
  }

 private:
  std::unique_ptr<EscapedTexts> escaped_texts(const Column& column, const Name* name) const {
    const Column* dictionary = column.dictionary();
    const bool worth = dictionary != nullptr && dictionary->length() <= points_.length;
    return worth ? std::make_unique<EscapedTexts>(*dictionary, name) : nullptr;
  }

  char* put(Lines& lines, char* out, const Name& name, EscapedTexts* texts, size_t row) {
    const Column& column = name.column;
    if (!column.present(row)) return name.measurement() ? nullptr : out;
    if (texts != nullptr) return texts->put(lines, out, column.number<int32_t>(row), room_);
    Text text;
    if (!look_up(column, row, text)) return nullptr;
    return put_name(lines.room(out, name.key.size() + 2 * text.size + room_), name, text);
  }

  // The text of a row, with a dictionary or without.
  static bool look_up(const Column& column, size_t row, Text& text) {
    const Column* dictionary = column.dictionary();
    if (dictionary == nullptr) return column.text(row, text);
    const auto position = column.number<int32_t>(row);
    return position >= 0 && static_cast<size_t>(position) < dictionary->length() && dictionary->present(position) &&
           dictionary->text(position, text);
  }

  // Null if there are none; a comma before each but the first, which has a space.
  char* put_fields(Lines& lines, char* out, size_t row) {
    char before = ' ';
    for (size_t index = 0; index < field_texts_.size(); ++index) {
      const Field& field = points_.fields[index];
      if (!field.column.present(row)) continue;
      *out = before;
      out = put_value(lines, field.key.put(out + 1), field.column, field_texts_[index].get(), row);
      if (out == nullptr) return nullptr;
      before = ',';
    }
    return before == ',' ? out : nullptr;
  }

  // Writes a value; there is room for a number.
  char* put_value(Lines& lines, char* out, const Column& column, EscapedTexts* texts, size_t row) {
    switch (column.kind()) {
      case 'f': {
        const auto number = column.number<double>(row);
        return std::isfinite(number) ? print_float(out, number) : nullptr;
      }
      case 'i':
        out = print_integer(out, column.number<int64_t>(row));
        *out = 'i';
        return out + 1;
      case 'u':
        out = print_unsigned(out, column.number<uint64_t>(row));
        *out = 'u';
        return out + 1;
      case 'b': {
        const bool value = column.boolean(row);
        std::memcpy(out, kBooleans[value], sizeof kBooleans[value]);
        return out + 5 - value;
      }
      default:
        if (texts != nullptr) return texts->put(lines, out, column.number<int32_t>(row), room_);
        Text text;
        return look_up(column, row, text) ? put_string(lines.room(out, 2 * text.size + 2 + room_), text) : nullptr;
    }
  }

  char* put_time(char* out, size_t row) {
    if (points_.times != nullptr && points_.times->present(row)) {
      const auto time = points_.times->number<int64_t>(row);
      if (time < -kMaxNs || time > kMaxNs) return nullptr;
      *out = ' ';
      out = times_.put(out + 1, time);
    }
    *out = '\n';
    return out + 1;
  }

  static constexpr char kBooleans[2][8] = {"false", "true"};

  const PointColumns& points_;
  std::vector<std::unique_ptr<EscapedTexts>> name_texts_, field_texts_;
  TimeWriter times_;
  size_t room_;  // for what has a bounded length, and is written behind a text
};

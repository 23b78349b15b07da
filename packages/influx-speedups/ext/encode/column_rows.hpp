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
class Lines {
 public:
  Lines() = default;
  Lines(char* start, size_t size) : start_(start), end_(start), limit_(start + size), grows_(false) {}
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() {
    if (grows_) std::free(start_);
  }

  // Makes room, and for eight bytes more, so that short texts can be copied by the word.
  void room(size_t more) {
    if (static_cast<size_t>(limit_ - end_) < more + sizeof(uint64_t)) grow(more + sizeof(uint64_t));
  }
  void put(char sign) { *end_++ = sign; }
  void put(std::string_view text) {
    copy_bytes(end_, text.data(), text.size());
    end_ += text.size();
  }
  char*& end() { return end_; }
  const char* start() const { return start_; }
  size_t size() const { return static_cast<size_t>(end_ - start_); }
  void cut(size_t size) { end_ = start_ + size; }

 private:
  void grow(size_t more) {
    if (!grows_) throw NoRoom{};
    const size_t used = size(), capacity = 2 * (used + more);
    char* grown = static_cast<char*>(std::realloc(start_, capacity));
    if (grown == nullptr) throw std::bad_alloc();
    start_ = grown;
    end_ = grown + used;
    limit_ = grown + capacity;
  }

  char* start_ = nullptr;
  char* end_ = nullptr;
  char* limit_ = nullptr;
  bool grows_ = true;
};

// A tag, or the measurement, whose key is then empty: `before` are those that are the same in every
// row.
struct Name {
  std::string before;
  std::string key;
  Column column;
  bool measurement() const { return key.empty(); }
};

struct Field {
  std::string key;
  Column column;
};

// The columns of the points.
struct PointColumns {
  size_t length;
  int64_t unit;
  std::vector<Name> names;
  std::string rest;  // what stands between the last name and the first field
  std::vector<Field> fields;
  std::unique_ptr<const Column> times;
};

// The texts of a name's dictionary as they are written, each made when it is first needed.
class EscapedTexts {
 public:
  explicit EscapedTexts(const Column& dictionary) : dictionary_(dictionary), texts_(dictionary.length()) {}

  struct Text {
    enum { kUnknown, kRegular, kIrregular } state = kUnknown;
    std::string written;
  };

  // None if there is no such position.
  const Text* find(const Name& name, int32_t position) {
    if (position < 0 || static_cast<size_t>(position) >= texts_.size()) return nullptr;
    Text& text = texts_[position];
    if (text.state == Text::kUnknown) write(name, position, text);
    return &text;
  }

  // Writes what a name says, with its key; false if it is not regular. Nothing for an empty tag.
  static bool put(Lines& lines, const Name& name, std::string_view text) {
    if (text.empty()) return !name.measurement();
    lines.room(name.key.size() + 2 * text.size());
    lines.put(std::string_view(name.key));
    const unsigned char seen = write_escaped(lines.end(), text, name.measurement() ? kInMeasurement : kInKey);
    return !(seen & kRefused) && !(name.measurement() && text[0] == '#') && is_utf8(text);
  }

 private:
  void write(const Name& name, int32_t position, Text& text) {
    Lines lines;
    lines.room(0);
    std::string_view plain;
    const bool regular = dictionary_.present(position) && dictionary_.text(position, plain) && put(lines, name, plain);
    text.written.assign(lines.start(), lines.size());
    text.state = regular ? Text::kRegular : Text::kIrregular;
  }

  const Column& dictionary_;
  std::vector<Text> texts_;
};

// Writes rows; each thread has an encoder of its own.
class RowEncoder {
 public:
  explicit RowEncoder(const PointColumns& points) : points_(points) {
    for (const Name& name : points.names) {
      const Column* dictionary = name.column.dictionary();
      const bool worth = dictionary != nullptr && dictionary->length() <= points.length;
      texts_.push_back(worth ? std::make_unique<EscapedTexts>(*dictionary) : nullptr);
    }
    room_ = points.rest.size() + 2 * kLongestNumber;
    for (const Field& field : points.fields) room_ += field.key.size() + kLongestNumber;
  }

  // Writes one row; false if it is not regular, and what was put is void.
  bool write(Lines& lines, size_t row) {
    for (size_t index = 0; index < texts_.size(); ++index) {
      if (!put_name(lines, points_.names[index], texts_[index].get(), row)) return false;
    }
    lines.room(room_);
    lines.put(std::string_view(points_.rest));
    return put_fields(lines, row) && put_time(lines, row);
  }

 private:
  static bool put_name(Lines& lines, const Name& name, EscapedTexts* texts, size_t row) {
    lines.room(name.before.size());
    lines.put(std::string_view(name.before));
    const Column& column = name.column;
    if (!column.present(row)) return !name.measurement();
    if (texts != nullptr) {
      const EscapedTexts::Text* text = texts->find(name, column.number<int32_t>(row));
      if (text == nullptr || text->state != EscapedTexts::Text::kRegular) return false;
      lines.room(text->written.size());
      lines.put(std::string_view(text->written));
      return true;
    }
    std::string_view text;
    return look_up(column, row, text) && EscapedTexts::put(lines, name, text);
  }

  // The text of a row, with a dictionary or without.
  static bool look_up(const Column& column, size_t row, std::string_view& text) {
    const Column* dictionary = column.dictionary();
    if (dictionary == nullptr) return column.text(row, text);
    const auto position = column.number<int32_t>(row);
    return position >= 0 && static_cast<size_t>(position) < dictionary->length() && dictionary->present(position) &&
           dictionary->text(position, text);
  }

  bool put_fields(Lines& lines, size_t row) {
    char before = ' ';
    for (const Field& field : points_.fields) {
      if (!field.column.present(row)) continue;
      lines.put(before);
      lines.put(std::string_view(field.key));
      if (!put_field(lines, field.column, row)) return false;
      before = ',';
    }
    return before == ',';
  }

  // Writes a value; there is room for a number.
  bool put_field(Lines& lines, const Column& column, size_t row) {
    switch (column.kind()) {
      case 'f': {
        const auto number = column.number<double>(row);
        if (!std::isfinite(number)) return false;
        lines.end() = print_float(lines.end(), number);
        return true;
      }
      case 'i':
        lines.end() = print_integer(lines.end(), column.number<int64_t>(row));
        lines.put('i');
        return true;
      case 'u':
        lines.end() = std::to_chars(lines.end(), lines.end() + kLongestNumber, column.number<uint64_t>(row)).ptr;
        lines.put('u');
        return true;
      case 'b':
        lines.put(std::string_view(column.boolean(row) ? "true" : "false"));
        return true;
      default:
        return put_string(lines, column, row);
    }
  }

  bool put_string(Lines& lines, const Column& column, size_t row) {
    std::string_view text;
    if (!look_up(column, row, text) || !is_utf8(text)) return false;
    lines.room(room_ + 2 * text.size() + 2);
    lines.put('"');
    write_escaped(lines.end(), text, kInString);
    lines.put('"');
    return true;
  }

  bool put_time(Lines& lines, size_t row) {
    if (points_.times != nullptr && points_.times->present(row)) {
      const auto time = points_.times->number<int64_t>(row);
      if (time < -kMaxNs || time > kMaxNs) return false;
      lines.put(' ');
      lines.end() = print_integer(lines.end(), points_.unit == 1 ? time : floor_div(time, points_.unit));
    }
    lines.put('\n');
    return true;
  }

  const PointColumns& points_;
  std::vector<std::unique_ptr<EscapedTexts>> texts_;
  size_t room_;
};

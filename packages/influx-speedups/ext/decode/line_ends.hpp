// Where lines of line protocol end: at a newline outside of strings.
#pragma once

#include <cstring>

// Before the first unescaped space of a line, a quote is an ordinary character. After it, a quote that
// follows an equals sign opens a string, which may contain newlines.
class LineEnds {
 public:
  // With `final` no more data follows: the rest is a line, too, and a quote without an end opens no string.
  LineEnds(const char* begin, const char* end, bool final) : at_(begin), end_(end), final_(final) {}

  // The start of the next line.
  const char* at() const { return at_; }

  // Whether the last line has newlines in strings.
  bool spans() const { return spans_; }

  // Finds the next line; false where none is whole.
  bool next(const char*& begin, const char*& end) {
    if (at_ == end_) return false;
    begin = at_;
    const char* const first = find(at_, '\n');
    if (quote_ < at_) quote_ = find(at_, '"');
    end = quote_ < first ? end_of_quoted(first) : first;
    spans_ = end != first;
    if (end == nullptr || (end == end_ && !final_)) return false;
    at_ = end == end_ ? end_ : end + 1;
    return true;
  }

 private:
  const char* find(const char* from, char sign) const {
    const void* found = std::memchr(from, sign, static_cast<size_t>(end_ - from));
    return found == nullptr ? end_ : static_cast<const char*>(found);
  }

  // The end of a line with quotes, whose first newline is at `end`; null if a string of it has no end yet.
  const char* end_of_quoted(const char* end) {
    if (backslash_ < at_) backslash_ = find(at_, '\\');
    const char* fields = at_;
    while (fields < end && *fields != ' ') ++fields;
    const char* opening = quote_;
    while (opening < end && backslash_ > end) {
      if (opening - 1 <= fields || opening[-1] != '=') {
        opening = find(opening + 1, '"');
        continue;
      }
      const char* closing = find(opening + 1, '"');
      if (closing == end_ && backslash_ == end_) return final_ ? end : nullptr;
      if (closing > backslash_) return end_of_escaped();
      if (closing > end) end = find(closing, '\n');
      opening = find(closing + 1, '"');
    }
    return backslash_ > end ? end : end_of_escaped();
  }

  // The end of a line of any kind, sign by sign.
  const char* end_of_escaped() const {
    const char* at = at_;
    while (at < end_ && *at != '\n' && *at != ' ') at = after(at);
    if (at == end_ || *at == '\n') return at;
    bool strings = true;
    while (at < end_ && *at != '\n') {
      if (!strings || *at != '=' || end_ - at < 2 || at[1] != '"') {
        at = after(at);
        continue;
      }
      const char* closing = at + 2;
      while (closing < end_ && *closing != '"') closing += *closing == '\\' && end_ - closing > 1 ? 2 : 1;
      if (closing < end_) {
        at = closing + 1;
      } else if (final_) {
        strings = false;
      } else {
        return nullptr;
      }
    }
    return at;
  }

  // The sign after the one at `at`, or after an escaped one; a newline is not escaped outside of strings.
  const char* after(const char* at) const { return *at == '\\' && end_ - at > 1 && at[1] != '\n' ? at + 2 : at + 1; }

  const char* at_;
  const char* const end_;
  const bool final_;
  const char* quote_ = nullptr;
  const char* backslash_ = nullptr;
  bool spans_ = false;
};

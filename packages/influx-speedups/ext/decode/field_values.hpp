// The values of fields and times, as they stand in a line.
#pragma once

#include <cmath>

#include "numbers/decimals.hpp"
#include "decode/series_key.hpp"

inline bool is_digit(char sign) { return static_cast<unsigned char>(sign - '0') < 10; }

inline bool ends_value(char sign) { return sign == ',' || sign == ' ' || sign == '\n'; }

// Finds the first byte from `at` on that is one of two; `end` if there is none.
inline const char* find_either(const char* at, const char* end, char one, char other) {
#ifdef __SSE2__
  const __m128i ones = _mm_set1_epi8(one), others = _mm_set1_epi8(other);
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int found = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, ones), _mm_cmpeq_epi8(block, others)));
    if (found != 0) return at + __builtin_ctz(found);
  }
#endif
  while (at < end && *at != one && *at != other) ++at;
  return at;
}

// Reads values; `at` moves behind them. Where it gives none, the line is not regular.
class ValueReader {
 public:
  ValueReader(const char* at, const char* end, ShortTexts& texts) : at(at), end(end), texts_(texts) {}

  Ref read() {
    if (at == end) return Ref();
    switch (*at) {
      case '"':
        return string();
      case 't': case 'T': case 'f': case 'F':
        return boolean();
      default:
        return number();
    }
  }

  // Reads digits with or without a minus; false if there are none, or too many for 64 bits.
  bool integer(int64_t& found) {
    const bool negative = at < end && *at == '-';
    at += negative;
    const char* start = at;
    uint64_t value = 0;
    for (; at < end && is_digit(*at); ++at) {
      const auto digit = static_cast<uint64_t>(*at - '0');
      if (value > (uint64_t{1} << 63) / 10 - 1 && value > ((uint64_t{1} << 63) - digit) / 10) return false;
      value = value * 10 + digit;
    }
    if (at == start || value > static_cast<uint64_t>(INT64_MAX) + negative) return false;
    found = static_cast<int64_t>(negative ? 0 - value : value);
    return true;
  }

  const char* at;
  const char* const end;

 private:
  static constexpr int kMostDigits = 19;

  Ref string() {
    const char* start = ++at;
    at = find_either(at, end, '"', '\\');
    if (at == end) return Ref();
    if (*at == '"') return texts_.find({start, static_cast<size_t>(at++ - start)});
    return escaped_string(start);
  }

  // Only a quote and a backslash are escaped by all rules alike.
  Ref escaped_string(const char* start) {
    std::string text(start, at);
    for (; at < end && *at != '"'; ++at) {
      if (*at == '\\' && (++at == end || (*at != '"' && *at != '\\'))) return Ref();
      text.push_back(*at);
    }
    return at++ == end ? Ref() : texts_.find(text);
  }

  Ref boolean() {
    const char* start = at;
    while (at < end && !ends_value(*at)) ++at;
    const std::string_view text(start, static_cast<size_t>(at - start));
    for (const char* word : {"t", "T", "true", "True", "TRUE"}) {
      if (text == word) return Ref::borrowed(Py_True);
    }
    for (const char* word : {"f", "F", "false", "False", "FALSE"}) {
      if (text == word) return Ref::borrowed(Py_False);
    }
    return Ref();
  }

  Ref number() {
    const char* start = at;
    const bool negative = *at == '-';
    at += negative;
    Decimal decimal{0, 0};
    const char* first = at;
    digits(decimal);
    auto count = at - first;
    if (count > 0 && at < end && *at == 'i') return integer_from(start);
    if (at < end && *at == '.') {
      const char* point = ++at;
      digits(decimal);
      decimal.exponent = static_cast<int>(point - at);
      count += at - point;
    }
    if (count == 0 || at - start > kLongestNumber) return Ref();
    if (at < end && (*at == 'e' || *at == 'E') && !exponent(decimal.exponent)) return Ref();
    double value;
    if (decimal.digits == 0 && count <= kMostDigits) {
      value = 0;
    } else if (count > kMostDigits || !near(decimal, value)) {
      return exact_float(start);
    }
    return Ref(checked(PyFloat_FromDouble(negative ? -value : value)));
  }

  static constexpr Py_ssize_t kLongestNumber = 4'000;

  static bool near([[maybe_unused]] Decimal decimal, [[maybe_unused]] double& value) {
#ifdef INFLUX_DECIMALS
    return nearest(decimal, value);
#else
    return false;
#endif
  }

  void digits(Decimal& decimal) {
    for (; at < end && is_digit(*at); ++at) decimal.digits = decimal.digits * 10 + static_cast<uint64_t>(*at - '0');
  }

  bool exponent(int& ten) {
    ++at;
    const bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) ++at;
    const char* start = at;
    int value = 0;
    for (; at < end && is_digit(*at); ++at) value = value > 99'999 ? value : value * 10 + (*at - '0');
    ten += negative ? -value : value;
    return at > start;
  }

  Ref integer_from(const char* start) {
    at = start;
    int64_t value;
    if (!integer(value)) return Ref();
    ++at;
    return Ref(checked(PyLong_FromLongLong(value)));
  }

  // Python's own, for what is too long or too close to call; infinite is no number.
  Ref exact_float(const char* start) {
    const std::string text(start, at);
    const double value = PyOS_string_to_double(text.c_str(), nullptr, nullptr);
    if (value == -1.0 && PyErr_Occurred()) throw PythonError{};
    return std::isfinite(value) ? Ref(checked(PyFloat_FromDouble(value))) : Ref();
  }

  ShortTexts& texts_;
};

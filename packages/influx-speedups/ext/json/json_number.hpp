// Numbers as JSON has them; so has InfluxDB's CSV.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "json/json_decimal.hpp"
#include "numbers/standard_decimal.hpp"
#include "python/python.hpp"
#include "results/cells.hpp"

// A number, and what is behind it.
struct Number {
  Kind kind = Kind::kNull;    // kInteger, kUnsigned or kFloat; kNull for one that fits none of them
  uint64_t word = 0;          // as in Values
  const char* end = nullptr;  // null where no number begins
};

// More digits than this may not fit a word.
constexpr ptrdiff_t kMostDigits = 19;

constexpr std::array<uint64_t, 9> kTens = {1,       10,        100,        1'000,      10'000,
                                            100'000, 1'000'000, 10'000'000, 100'000'000};

// The number that eight bytes are, each the value of a digit, the first one in the lowest byte.
inline uint64_t number_of(uint64_t digits) {
  constexpr uint64_t kPairs = 0x000000ff000000ff;
  digits = digits * 10 + (digits >> 8);
  return static_cast<uint32_t>(((digits & kPairs) * (100 + (1'000'000ull << 32)) +
                                (digits >> 16 & kPairs) * (1 + (10'000ull << 32))) >> 32);
}

// Puts the digits that come next behind those put before, up to eight; how many there were. Numbers
// of one column have about as many digits: without a step for each, no branch is mispredicted.
inline size_t up_to_eight(const char* at, uint64_t& number) {
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

// Reads digits behind those read before, and moves behind them; how many there were.
inline ptrdiff_t read_digits(const char*& position, const char* end, uint64_t& digits) {
  const char* at = position;
  if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
    while (end - at >= 8) {
      const size_t count = up_to_eight(at, digits);
      at += count;
      if (count < 8) return at - std::exchange(position, at);
    }
  }
  for (; at != end; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) break;
    digits = digits * 10 + digit;
  }
  return at - std::exchange(position, at);
}

inline uint64_t word_of(double value) {
  uint64_t word;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

// What begins a number and does not count.
inline ptrdiff_t leading_zeros(const char* at, const char* end) {
  ptrdiff_t count = 0;
  for (; at != end && (*at == '0' || *at == '.'); ++at) count += *at == '0';
  return count;
}

inline Number whole_number(uint64_t digits, bool negative, const char* end) {
  constexpr uint64_t kMost = INT64_MAX;
  if (digits <= kMost + negative) return {Kind::kInteger, negative ? 0 - digits : digits, end};
  return {negative ? Kind::kNull : Kind::kUnsigned, digits, end};
}

// Reads an exponent behind its letter; false if there is none, or one of more than four digits, which no
// number has.
inline bool read_exponent(const char*& at, const char* end, int& exponent) {
  const bool negative = at != end && *at == '-';
  if (negative || (at != end && *at == '+')) ++at;
  uint64_t digits = 0;
  const ptrdiff_t count = read_digits(at, end, digits);
  if (count == 0 || count > 4) return false;
  exponent += negative ? -static_cast<int>(digits) : static_cast<int>(digits);
  return true;
}

// Reads the number that begins here. Without exponents, one ends before it.
template <bool kExponents>
Number read_number(const char* at, const char* end) {
  const bool negative = at != end && *at == '-';
  at += negative;
  const char* const begin = at;
  uint64_t digits = 0;
  ptrdiff_t significant = read_digits(at, end, digits);
  if (significant == 0 || (significant > 1 && *begin == '0')) return {};
  const bool point = at != end && *at == '.';
  if (!point && !(kExponents && at != end && (*at | 0x20) == 'e')) {
    if (significant > kMostDigits) return {Kind::kNull, 0, at};
    // InfluxDB prints -0.0 so; no integer has this sign.
    if (kExponents && negative && digits == 0) return {Kind::kFloat, word_of(-0.0), at};
    return whole_number(digits, negative, at);
  }
  int exponent = 0;
  if (point) {
    ++at;
    const ptrdiff_t decimals = read_digits(at, end, digits);
    if (decimals == 0) return {};
    if (decimals > 1000) return {Kind::kNull, 0, at};
    significant += decimals;
    exponent = -static_cast<int>(decimals);
    if (significant > kMostDigits) significant -= leading_zeros(begin, at);
  }
  if (kExponents && at != end && (*at | 0x20) == 'e' && !read_exponent(++at, end, exponent)) return {};
  double size;
  if (significant <= kMostDigits && exponent >= -kMostFives && exponent <= kMostFives) {
    size = decimal(digits, exponent);
  } else {
    const auto value = standard_decimal({begin, static_cast<size_t>(at - begin)});
    if (!value) return {Kind::kNull, 0, at};
    size = *value;
  }
  return {Kind::kFloat, word_of(negative ? -size : size), at};
}

// Numbers as influx_core prints them: floats as its JSON encoder does, shortest and round-trip.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "numbers/decimals.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

// Room for any number, and for what is written behind it on the way.
constexpr size_t kLongestNumber = 48;

#ifdef INFLUX_DECIMALS

// Own code instead of std::to_chars, with which encoding columns of five floats, an integer and two tags
// takes twice as long (231 instead of 115 ns a row, GCC 12, x86-64).

constexpr uint64_t kZeros = 0x3030303030303030;

// Eight digits with zeros in front, a byte each and the first one lowest.
inline uint64_t eight_digits(uint32_t value) {
  const uint64_t fours = value / 10'000 | uint64_t{value % 10'000} << 32;
  const uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007f0000007f;
  const uint64_t pairs = hundreds | (fours - hundreds * 100) << 16;
  const uint64_t tens = (pairs * 103 >> 10) & 0x000f000f000f000f;
  return tens | (pairs - tens * 10) << 8;
}

// Puts a word, the lowest byte first.
inline void put_word(char* out, uint64_t word) { std::memcpy(out, &word, sizeof word); }

// Sixteen digits with zeros in front, of two numbers below a hundred million.
class SixteenDigits {
 public:
#ifdef __SSE2__
  SixteenDigits(uint32_t high, uint32_t low) {
    const __m128i eights = _mm_unpacklo_epi64(_mm_cvtsi32_si128(static_cast<int>(high)),
                                              _mm_cvtsi32_si128(static_cast<int>(low)));
    const __m128i ten_thousands = _mm_srli_epi64(_mm_mul_epu32(eights, _mm_set1_epi32(-776530087)), 45);
    const __m128i below = _mm_sub_epi64(eights, _mm_mul_epu32(ten_thousands, _mm_set1_epi32(10'000)));
    const __m128i fours = _mm_add_epi64(ten_thousands, _mm_slli_epi64(below, 32));
    const __m128i hundreds = _mm_srli_epi16(_mm_mulhi_epu16(fours, _mm_set1_epi16(5243)), 3);
    const __m128i ones = _mm_sub_epi16(fours, times<100>(hundreds));
    const __m128i pairs = _mm_add_epi32(hundreds, _mm_slli_epi32(ones, 16));
    const __m128i tens = _mm_mulhi_epu16(pairs, _mm_set1_epi16(6554));
    // A pair is 10 * tens + ones; its two bytes are tens + 256 * ones.
    digits_ = _mm_sub_epi16(_mm_slli_epi16(pairs, 8), times<2559>(tens));
  }

  // How many there are without the zeros at the end.
  int significant() const {
    const int not_zero = _mm_movemask_epi8(_mm_cmpgt_epi8(digits_, _mm_setzero_si128()));
    return 31 - __builtin_clz(static_cast<unsigned>(not_zero) << 1 | 1);
  }

  uint64_t first_eight() const {
    uint64_t word;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(&word), text());
    return word;
  }

  void put(char* out) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(out), text()); }

 private:
  // One instruction; compilers make several of it if they know the factor.
  template <short factor>
  static __m128i times(__m128i numbers) {
    __m128i factors = _mm_set1_epi16(factor);
    __asm__("" : "+x"(factors));
    return _mm_mullo_epi16(numbers, factors);
  }

  __m128i text() const { return _mm_or_si128(digits_, _mm_set1_epi8('0')); }

  __m128i digits_;
#else
  SixteenDigits(uint32_t high, uint32_t low) : high_(eight_digits(high)), low_(eight_digits(low)) {}

  // How many there are without the zeros at the end.
  int significant() const {
    return low_ != 0 ? 16 - __builtin_clzll(low_) / 8 : high_ != 0 ? 8 - __builtin_clzll(high_) / 8 : 0;
  }

  uint64_t first_eight() const { return high_ | kZeros; }

  void put(char* out) const {
    put_word(out, high_ | kZeros);
    put_word(out + 8, low_ | kZeros);
  }

 private:
  uint64_t high_, low_;
#endif
};

// Prints a number below a hundred million: its digits without the zeros in front, in one word.
inline char* print_short(char* out, uint32_t value) {
  const uint64_t digits = eight_digits(value);
  const int zeros = __builtin_ctzll(digits | uint64_t{1} << 56) & 56;
  put_word(out, (digits | kZeros) >> zeros);
  return out + 8 - zeros / 8;
}

inline char* print_unsigned(char* out, uint64_t value) {
  constexpr uint64_t kEight = 100'000'000;
  if (value < kEight) return print_short(out, static_cast<uint32_t>(value));
  const uint64_t high = value / kEight;
  const auto low = static_cast<uint32_t>(value % kEight);
  if (high < kEight) {
    out = print_short(out, static_cast<uint32_t>(high));
    put_word(out, eight_digits(low) | kZeros);
    return out + 8;
  }
  out = print_short(out, static_cast<uint32_t>(high / kEight));
  SixteenDigits(static_cast<uint32_t>(high % kEight), low).put(out);
  return out + 16;
}

inline char* print_integer(char* out, int64_t value) {
  const bool negative = value < 0;
  *out = '-';
  const auto size = static_cast<uint64_t>(value);
  return print_unsigned(out + negative, negative ? 0 - size : size);
}

// A decimal point in a word, and the bytes before it.
struct Point {
  uint64_t before, point;
};

constexpr std::array<Point, 8> points() {
  std::array<Point, 8> found{};
  for (int before = 0; before < 8; ++before) {
    found[before] = {(uint64_t{1} << (8 * before)) - 1, uint64_t{'.'} << (8 * before)};
  }
  return found;
}

inline constexpr auto kPoints = points();

// The digits of a decimal as text, the first one not 0.
class Digits {
 public:
  // Of a number of 17 digits, `before` of them before the decimal point.
  Digits(uint64_t digits, int before)
      : Digits(static_cast<uint32_t>(digits / 100'000'000), static_cast<uint32_t>(digits % 100'000'000), before) {}

  // `12.34` or `0.001234`, for a number that has decimals.
  char* print_fixed(char* out) const {
    if (before_ <= 0) {
      std::memcpy(out, "0.000000", 8);
      return put_all(out + 2 - before_);
    }
    if (before_ > 7) return print_long(out);
    // First the digits where those behind the point belong, then those before it, the point, and what
    // this word overwrites.
    rest_.put(out + 2);
    const uint64_t word = static_cast<unsigned char>(first_) | rest_.first_eight() << 8;
    const auto [mask, point] = kPoints[before_];
    put_word(out, (word & mask) | ((word & ~mask) << 8) | point);
    return out + more_ + 2;
  }

  // `1.234e16` or `1e-7`.
  char* print_scientific(char* out) const {
    char* end = put_all(out + (more_ > 0));
    if (more_ > 0) {
      out[0] = first_;
      out[1] = '.';
    }
    *end++ = 'e';
    return std::to_chars(end, end + 5, before_ - 1).ptr;
  }

 private:
  Digits(uint32_t high, uint32_t low, int before)
      : rest_(high % 100'000'000, low),
        more_(rest_.significant()),
        before_(before),
        first_(static_cast<char>('0' + high / 100'000'000)) {}

  char* put_all(char* out) const {
    out[0] = first_;
    rest_.put(out + 1);
    return out + 1 + more_;
  }

  char* print_long(char* out) const {
    char* end = put_all(out);
    char* point = out + before_;
    std::memmove(point + 1, point, static_cast<size_t>(end - point));
    *point = '.';
    return end + 1;
  }

  SixteenDigits rest_;  // those behind the first
  int more_;            // how many of them there are
  int before_;          // how many digits stand before the decimal point
  char first_;
};

constexpr uint64_t kLeast = 10'000'000'000'000'000;  // the least number of 17 digits

__attribute__((noinline, cold)) inline Digits digits_of(Decimal decimal) {
  int before = decimal.exponent + 17;
  while (decimal.digits < kLeast) {
    decimal.digits *= 10;
    --before;
  }
  return {decimal.digits, before};
}

inline Digits digits_of(double size) {
  Decimal decimal;
  if (!quickly_shortest(size, decimal)) return digits_of(shortest(size));
  // Whether it is 16 or 17 digits cannot be foreseen: no branch here.
  const bool shorter = decimal.digits < kLeast;
  return {decimal.digits + (9 * decimal.digits & (0 - uint64_t{shorter})), decimal.exponent + 17 - shorter};
}

inline char* print_fixed(char* out, double size) { return digits_of(size).print_fixed(out); }
inline char* print_scientific(char* out, double size) { return digits_of(size).print_scientific(out); }

#else

inline char* print_unsigned(char* out, uint64_t value) { return std::to_chars(out, out + kLongestNumber, value).ptr; }
inline char* print_integer(char* out, int64_t value) { return std::to_chars(out, out + kLongestNumber, value).ptr; }

inline char* print_fixed(char* out, double size) {
  return std::to_chars(out, out + kLongestNumber, size, std::chars_format::fixed).ptr;
}

// `1e-07` and `1e+16`, as to_chars has them, are written `1e-7` and `1e16`.
inline char* print_scientific(char* out, double size) {
  char* end = std::to_chars(out, out + kLongestNumber, size, std::chars_format::scientific).ptr;
  char* exponent = static_cast<char*>(std::memchr(out, 'e', end - out)) + 1;
  char* digits = exponent + 1;
  if (*digits == '0') ++digits;
  if (*exponent == '-') ++exponent;
  std::memmove(exponent, digits, end - digits);
  return exponent + (end - digits);
}

#endif

// Prints a finite float.
inline char* print_float(char* out, double value) {
  const double size = std::fabs(value);
  *out = '-';
  out += std::signbit(value);
  if (size != 0 && (size < 1e-5 || size >= 1e16)) return print_scientific(out, size);
  const auto whole = static_cast<int64_t>(size);
  if (static_cast<double>(whole) != size) return print_fixed(out, size);
  char* end = print_integer(out, whole);
  *end++ = '.';
  *end++ = '0';
  return end;
}

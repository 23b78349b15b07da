// Decimal numbers to doubles, rounded to nearest, ties to even: exactly, by integers alone.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

using Wide = unsigned __int128;

// Powers of five that fit a word; what needs a greater one is left to others.
constexpr int kMostFives = 27;

// A power of five, shifted until its highest bit is set, and what makes division by it quick.
struct Five {
  uint64_t power;
  uint64_t divisor;
  uint64_t reciprocal;
  int shift;
};

constexpr std::array<Five, kMostFives + 1> fives() {
  std::array<Five, kMostFives + 1> table{};
  uint64_t power = 1;
  for (Five& five : table) {
    const int shift = __builtin_clzll(power);
    const uint64_t divisor = power << shift;
    five = {power, divisor, static_cast<uint64_t>(~Wide{0} / divisor), shift};
    power *= 5;
  }
  return table;
}

constexpr auto kFives = fives();

// Divides two words, the higher less than the divisor, by multiplying with its reciprocal.
// Möller and Granlund, Improved division by invariant integers, algorithm 4:
// https://gmplib.org/~tege/division-paper.pdf
inline uint64_t divide(uint64_t high, uint64_t low, const Five& by, uint64_t& remainder) {
  const Wide product = Wide{by.reciprocal} * high + (Wide{high} << 64 | low);
  uint64_t quotient = static_cast<uint64_t>(product >> 64) + 1;
  remainder = low - quotient * by.divisor;
  // As likely as not, so without a branch.
  const uint64_t mask = 0 - static_cast<uint64_t>(remainder > static_cast<uint64_t>(product));
  quotient += mask;
  remainder += mask & by.divisor;
  if (remainder >= by.divisor) {
    ++quotient;
    remainder -= by.divisor;
  }
  return quotient;
}

// The double next to `word * 2**exponent` or, if there is a `rest`, to a little more than that. The
// highest bit of the word is set.
inline double rounded(uint64_t word, bool rest, int exponent) {
  constexpr int kDropped = 11;
  constexpr uint64_t kHalf = 1 << (kDropped - 1);
  uint64_t mantissa = word >> kDropped;
  const uint64_t dropped = word & (2 * kHalf - 1);
  mantissa += (dropped > kHalf) | ((dropped == kHalf) & (rest | (mantissa & 1)));
  // The highest bit of the mantissa, and what rounding up may carry over it, count up the exponent.
  const uint64_t bits = (static_cast<uint64_t>(exponent + kDropped + 52 + 1022) << 52) + mantissa;
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// The double next to `digits * 10**exponent`; the exponent is kMostFives at most, either way.
inline double decimal(uint64_t digits, int exponent) {
  if (digits == 0) return 0;
  if (exponent >= 0) {
    Wide product = Wide{digits} * kFives[exponent].power;
    const auto high = static_cast<uint64_t>(product >> 64);
    const int shift = high ? __builtin_clzll(high) : 64 + __builtin_clzll(static_cast<uint64_t>(product));
    product <<= shift;
    return rounded(static_cast<uint64_t>(product >> 64), static_cast<uint64_t>(product) != 0,
                   64 - shift + exponent);
  }
  const Five& five = kFives[-exponent];
  const int shift = __builtin_clzll(digits);
  const uint64_t dividend = digits << shift;
  const bool halved = dividend >= five.divisor;
  uint64_t remainder;
  const uint64_t quotient = divide(dividend >> halved, (dividend & halved) << 63, five, remainder);
  return rounded(quotient, remainder != 0, -64 + halved - shift + five.shift + exponent);
}

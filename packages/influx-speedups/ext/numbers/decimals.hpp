// Between decimals and doubles: the shortest decimal that reads back as a double, the nearest to it
// of several; and the double nearest to a decimal.
//
// The method for the first: Raffaello Giulietti, "The Schubfach way to render doubles" (2020).
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

// 128 bits of a number; the highest is set.
struct Power {
  uint64_t high, low;
};

// The decimal `digits` times ten to the `exponent`; the digits may end in zeros.
struct Decimal {
  uint64_t digits;
  int exponent;
};

#if defined(__SIZEOF_INT128__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define INFLUX_DECIMALS 1

using Wide = unsigned __int128;

constexpr int kFirstPower = -292;
constexpr int kLastPower = 324;

// Ten to the first power and so on, rounded up; worked out when the module is loaded.
extern const std::array<Power, kLastPower - kFirstPower + 1> kPowersOfTen;

// log2(10 ** power) and log10(2 ** power), rounded down; right for every double's exponent.
constexpr int floor_log2_of_ten_to(int power) { return (power * 1741647) >> 19; }
constexpr int floor_log10_of_two_to(int power) { return (power * 1262611) >> 22; }
// log10(3/4 * 2 ** power).
constexpr int floor_log10_of_three_quarters_to(int power) { return (power * 1262611 - 524031) >> 22; }

// The highest 64 of the product's 192 bits, with the lowest one set if there is anything below.
inline uint64_t scaled(Power power, uint64_t number) {
  const Wide low = Wide{power.low} * number;
  const Wide high = Wide{power.high} * number + static_cast<uint64_t>(low >> 64);
  return static_cast<uint64_t>(high >> 64) | (static_cast<uint64_t>(high) > 1);
}

inline uint64_t select(bool first, uint64_t one, uint64_t other) {
  const uint64_t mask = 0 - uint64_t{first};
  return (one & mask) | (other & ~mask);
}

// The shortest decimal of a finite double above zero.
inline Decimal shortest(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  const int biased = static_cast<int>(bits >> 52) & 0x7ff;
  const uint64_t mantissa = biased ? fraction | uint64_t{1} << 52 : fraction;
  const int exponent = biased ? biased - 1075 : -1074;

  // Below a power of two, doubles lie twice as close.
  const bool closer_below = fraction == 0 && biased > 1;
  const int ten = closer_below ? floor_log10_of_three_quarters_to(exponent)
                               : floor_log10_of_two_to(exponent);
  const int shift = exponent + floor_log2_of_ten_to(-ten) + 1;
  const Power power = kPowersOfTen[-ten - kFirstPower];
  const uint64_t middle = scaled(power, (4 * mantissa) << shift);
  const uint64_t odd = mantissa & 1;  // an odd one's bounds belong to its neighbours
  const uint64_t least = scaled(power, (4 * mantissa - 2 + closer_below) << shift) + odd;
  const uint64_t most = scaled(power, (4 * mantissa + 2) << shift) - odd;

  // A digit less will do for about half of them, which cannot be foreseen: no branch here.
  const uint64_t below = middle / 4, tens = below / 10;
  const bool tens_down = least <= 40 * tens, tens_up = 40 * tens + 40 <= most;
  const bool down = least <= 4 * below, up = 4 * below + 4 <= most;
  const uint64_t half = 4 * below + 2;
  const bool nearer_up = middle > half || (middle == half && (below & 1));
  const bool shorter = tens > 0 && tens_down != tens_up;
  const uint64_t digits = below + (down != up ? up : nearer_up);
  return {select(shorter, tens + tens_up, digits), ten + shorter};
}

// By the exponent of a double as it is stored, what its mantissa times 16 is multiplied with: a power of
// ten that gives 16 or 17 digits before the decimal point, which is 128 bits from the end.
extern const std::array<Power, 2047> kToDigits;

// The same for most doubles, with a third of the multiplications: it gives 15 to 17 digits, with zeros at
// the end where there are less. False where rounding errors could decide, or doubles lie closer on one side.
inline bool quickly_shortest(double value, Decimal& found) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  const int biased = static_cast<int>(bits >> 52) & 0x7ff;
  if (fraction == 0 || biased == 0) return false;
  const Power power = kToDigits[biased];
  const uint64_t mantissa = (fraction | uint64_t{1} << 52) << 4;
  // The number in units of the last digit: a natural number, and 64 bits behind the point, of which the last
  // may be wrong by one. Half the distance to the next double is at least half of such a unit and less than five.
  const Wide product = Wide{power.high} * mantissa + static_cast<uint64_t>(Wide{power.low} * mantissa >> 64);
  const auto whole = static_cast<uint64_t>(product >> 64), behind = static_cast<uint64_t>(product);
  // Between multiples of ten, with 60 bits behind the point: how far it is to the lower and the upper
  // one, and how far one may be.
  const uint64_t ones = whole % 10;
  const uint64_t above = ones << 60 | behind >> 4, beneath = (uint64_t{10} << 60) - above;
  const uint64_t half = power.high >> 1;
  constexpr uint64_t kDoubt = 2, kMiddle = uint64_t{1} << 63;
  if (above - half + kDoubt <= 2 * kDoubt || beneath - half + kDoubt <= 2 * kDoubt || behind - kMiddle + 1 <= 1) {
    return false;
  }
  // A digit less will do for about half of them, which cannot be foreseen: no branch here.
  const uint64_t nearest = whole + (behind >> 63);
  const uint64_t down = 0 - uint64_t{above < half}, up = 0 - uint64_t{beneath < half};
  const uint64_t tens = whole - ones;
  found = {nearest + ((tens - nearest) & down) + ((tens + 10 - nearest) & up), floor_log10_of_two_to(biased - 1075)};
  return true;
}

// The bits of a double, of a number's highest 192 bits: the first of them is worth 2 ** exponent, and
// they are rounded to the nearest double, to the even one of two. None where that is no normal double.
inline uint64_t rounded(Wide high, uint64_t low, int exponent) {
  if (!(high >> 127)) {
    high = high << 1 | low >> 63;
    low <<= 1;
    --exponent;
  }
  uint64_t mantissa = static_cast<uint64_t>(high >> 75);
  const Wide rest = high << 53, half = Wide{1} << 127;
  if (rest > half || (rest == half && (low != 0 || (mantissa & 1)))) ++mantissa;
  if (mantissa >> 53) ++exponent;
  if (exponent < -1022 || exponent > 1023) return 0;
  return (static_cast<uint64_t>(exponent + 1023) << 52) | (mantissa & ((uint64_t{1} << 52) - 1));
}

// Finds the double nearest to a decimal above zero; false where that takes more exact arithmetic.
inline bool nearest(Decimal decimal, double& found) {
  constexpr double kExact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const int ten = decimal.exponent;
  if (decimal.digits >> 53 == 0 && ten >= -22 && ten <= 22) {
    const auto digits = static_cast<double>(decimal.digits);
    found = ten < 0 ? digits / kExact[-ten] : digits * kExact[ten];
    return true;
  }
  if (ten < kFirstPower || ten > kLastPower) return false;
  const int zeros = __builtin_clzll(decimal.digits);
  const uint64_t digits = decimal.digits << zeros;
  const Power power = kPowersOfTen[ten - kFirstPower];
  const Wide lower = Wide{power.low} * digits;
  const Wide high = Wide{power.high} * digits + static_cast<uint64_t>(lower >> 64);
  const auto low = static_cast<uint64_t>(lower);
  // The power was rounded up by less than one, so the product is too large by less than the digits.
  const bool exact = ten >= 0 && ten <= 55;
  const uint64_t error = exact ? 0 : digits;
  const int exponent = floor_log2_of_ten_to(ten) + 64 - zeros;
  const uint64_t most = rounded(high, low, exponent);
  const uint64_t least = rounded(high - (low < error), low - error, exponent);
  if (most != least || most == 0) return false;
  std::memcpy(&found, &most, sizeof found);
  return true;
}

#endif

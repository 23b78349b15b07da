// The powers of ten that reading and printing of floats need: computed, so there is no table that could hold a wrong digit.

#include "numbers/decimals.hpp"

#ifdef INFLUX_DECIMALS

namespace {

// A natural number of up to 1,536 bits, lowest word first.
class Natural {
 public:
  explicit Natural(int power_of_two) { words_[power_of_two / 32] = uint32_t{1} << (power_of_two % 32); }

  void times_ten() {
    uint64_t carry = 0;
    for (uint32_t& word : words_) {
      carry += uint64_t{word} * 10;
      word = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }

  // Rounds down; doing it several times rounds no further down than doing it at once.
  void by_ten() {
    uint64_t rest = 0;
    for (size_t index = words_.size(); index-- > 0;) {
      rest = (rest << 32) | words_[index];
      words_[index] = static_cast<uint32_t>(rest / 10);
      rest %= 10;
    }
  }

  // The highest 128 bits, rounded up where bits below them are lost, or where `more` are.
  Power top(bool more) const {
    size_t index = words_.size();
    while (words_[index - 1] == 0) --index;
    Wide bits = 0;
    int room = 128;
    while (room >= 32) {
      bits = bits << 32 | below(index);
      if (bits != 0) room -= room == 128 ? width(static_cast<uint32_t>(bits)) : 32;
    }
    const uint32_t last = below(index);
    bits = bits << room | (uint64_t{last} << room >> 32);
    more |= static_cast<uint32_t>(last << room) != 0;
    while (index > 0) more |= below(index) != 0;
    bits += more;
    return {static_cast<uint64_t>(bits >> 64), static_cast<uint64_t>(bits)};
  }

 private:
  uint32_t below(size_t& index) const { return index > 0 ? words_[--index] : 0; }

  static int width(uint32_t word) {
    int bits = 0;
    for (; word != 0; word >>= 1) ++bits;
    return bits;
  }

  std::array<uint32_t, 48> words_{};
};

std::array<Power, kLastPower - kFirstPower + 1> powers_of_ten() {
  std::array<Power, kLastPower - kFirstPower + 1> powers{};
  Natural large(0);
  for (int power = 0; power <= kLastPower; ++power, large.times_ten()) {
    powers[power - kFirstPower] = large.top(false);
  }
  Natural small(1500);
  for (int power = -1; power >= kFirstPower; --power) {
    small.by_ten();
    powers[power - kFirstPower] = small.top(true);
  }
  return powers;
}

std::array<Power, 2047> powers_to_digits() {
  std::array<Power, 2047> powers{};
  for (int biased = 1; biased < 2047; ++biased) {
    const int exponent = biased - 1075, ten = floor_log10_of_two_to(exponent);
    const Power power = kPowersOfTen[-ten - kFirstPower];
    const int shift = 3 - exponent - floor_log2_of_ten_to(-ten);
    const Wide shifted = (Wide{power.high} << 64 | power.low) >> shift;
    powers[biased] = {static_cast<uint64_t>(shifted >> 64), static_cast<uint64_t>(shifted)};
  }
  return powers;
}

}  // namespace

const std::array<Power, kLastPower - kFirstPower + 1> kPowersOfTen = powers_of_ten();
const std::array<Power, 2047> kToDigits = powers_to_digits();

#endif

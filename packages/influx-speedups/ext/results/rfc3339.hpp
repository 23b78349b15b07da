// Times as text.
#pragma once

#include <cstring>

#include "numbers/times.hpp"

// The longest text of a time, and what is written behind it on the way.
constexpr size_t kLongestTime = sizeof "0000-00-00T00:00:00.000000000Z";

inline char* print_digits(char* out, int number, int digits) {
  for (int place = digits - 1; place >= 0; --place, number /= 10) out[place] = static_cast<char>('0' + number % 10);
  return out + digits;
}

// Prints a time as influx_core does, and the server: no more decimals than needed.
inline char* print_rfc3339(char* out, int64_t ns) {
  const Moment moment = moment_of(ns);
  std::memcpy(out, "0000-00-00T00:00:00.000000000Z", kLongestTime);
  char* end = print_digits(out, moment.date.year, 4) + 1;
  end = print_digits(end, moment.date.month, 2) + 1;
  end = print_digits(end, moment.date.day, 2) + 1;
  end = print_digits(end, moment.hour, 2) + 1;
  end = print_digits(end, moment.minute, 2) + 1;
  end = print_digits(end, moment.second, 2);
  if (moment.ns) {
    end = print_digits(end + 1, moment.ns, 9);
    while (end[-1] == '0') --end;
  }
  *end = 'Z';
  return end + 1;
}

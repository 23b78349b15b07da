// Rows of the CSV of InfluxDB 1.x and 3, read without Python.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/cells.hpp"
#include "results/irregular.hpp"

// How the values of a column are read.
enum class CsvKind : char {
  kGuess = 'g',  // numbers or booleans if all values look like them
  kDated = 'd',  // the same, or times as InfluxDB 3 prints them
  kPrintedTime = 'p',
  kString = 's',
  kTime = 't',
  kFloat = 'f',
  kInteger = 'i',
  kUnsigned = 'u',
  kBoolean = 'b',
};

// Consecutive rows of one series.
struct CsvSeries {
  std::string name;
  std::string tags;  // as they stand in the cell
  Cells cells;
  std::vector<bool> timed;  // whether a column holds times
};

struct CsvFound {
  std::vector<CsvSeries> series;
  size_t end;  // where reading stopped: at a blank line, or at the end
};

// Reads complete records from a position on, up to a blank line. They begin with up to two cells that tell
// one series from another, name and tags; there is a kind for each column behind them. Throws Irregular if a
// record is not as the server writes it, and for a value that compiled code can't hold.
CsvFound read_csv(std::string_view records, size_t start, std::string_view kinds, int keys);

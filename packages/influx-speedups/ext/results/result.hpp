// Results as they are read from a document of any format, without Python.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/cells.hpp"
#include "results/irregular.hpp"

struct SeriesFound {
  std::string name;
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::string> columns;
  std::optional<Cells> cells;
  bool partial = false;
};

struct ResultFound {
  uint32_t statement_id = 0;
  std::vector<SeriesFound> series;
  bool partial = false;
};

// The keys of an object, each of which may come once.
class Once {
 public:
  // Throws Irregular for a key that came before.
  void see(unsigned key) {
    if (seen_ >> key & 1) throw Irregular{};
    seen_ |= 1u << key;
  }

 private:
  unsigned seen_ = 0;
};

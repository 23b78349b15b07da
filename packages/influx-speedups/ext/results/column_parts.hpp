// The values of one series in the layout of influx_core._columns.arrow_layout.
#pragma once

#include <string>
#include <vector>

#include "results/cells.hpp"
#include "python/python.hpp"

// Makes a tuple for each column: kind, length, values, offsets, valid bits, and a dictionary's length,
// text and offsets; None for what it has not. Times that are not plainly some throw Irregular.
PyObject* new_columns(PyTypeObject* memory_type, Cells cells, const std::vector<std::string>& names);

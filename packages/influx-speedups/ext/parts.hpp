// What the files of the module offer each other.
#pragma once

#include "python.hpp"

struct RowMemory;
RowMemory* new_row_memory();
void free_row_memory(RowMemory* memory);

// What a module remembers from call to call; each interpreter has a module of its own.
struct Memory {
  RowMemory* rows;
};

inline Memory& memory_of(PyObject* module) { return *static_cast<Memory*>(PyModule_GetState(module)); }

PyObject* encode(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* line_reader(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* read_lines(PyObject* module, PyObject* const* args, Py_ssize_t count);

// How many nanoseconds an argument says that times count.
inline int64_t unit_of(PyObject* argument) {
  const int64_t unit = PyLong_AsLongLong(argument);
  if (unit >= 1) return unit;
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a unit has at least a nanosecond");
  throw PythonError{};
}

// Makes the datetime module's C functions known to the file that uses them; false with an error set.
bool import_datetime();

// The functions of the module `_influx_speedups`, and the state they share.
#pragma once

#include "python/python.hpp"

struct RowMemory;
RowMemory* new_row_memory();
void free_row_memory(RowMemory* memory);

// What the module keeps from call to call.
struct State {
  RowMemory* rows;
};

inline State& state_of(PyObject* module) { return *static_cast<State*>(PyModule_GetState(module)); }

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
PyObject* encode_columns(PyObject* module, PyObject* args);

// Makes the datetime module's C functions known to the file that uses them; false with an error set.
bool import_datetime();

PyObject* read_tables(PyObject* module, PyObject* document);
PyObject* read_columns(PyObject* module, PyObject* document);
PyObject* datetime_of(PyObject* module, PyObject* ns);
PyObject* read_flux_rows(PyObject* module, PyObject* args);
PyObject* row_type(PyObject* module, PyObject* base);
PyObject* rows(PyObject* module, PyObject* args);

// Make the types that answers are given in; false with an error set.
bool add_table_type(PyObject* module);
bool add_row_types();
bool add_memory_type();

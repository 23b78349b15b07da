// The functions of the module `_influx_speedups`, and the state they share.
#pragma once

#include "python/datetime_api.hpp"
#include "python/python.hpp"

struct RowMemory;
RowMemory* new_row_memory();
void free_row_memory(RowMemory* memory);
int traverse_row_memory(const RowMemory& memory, visitproc visit, void* arg);
void forget_rows(RowMemory& memory);

// What the module keeps from call to call. Each interpreter has a module of its own, and nothing is
// kept elsewhere.
struct State {
  RowMemory* row_memory;
  DatetimeApi datetime;
  PyTypeObject* table_type;
  PyTypeObject* memory_type;
  PyTypeObject* rows_type;
  PyTypeObject* iterator_type;
  PyTypeObject* intake_type;
};

inline State& state_of(PyObject* module) { return *static_cast<State*>(PyModule_GetState(module)); }
// Of the module that made a type.
inline State& state_of(PyTypeObject* type) { return *static_cast<State*>(PyType_GetModuleState(type)); }

// A new type of a module; null with an error set.
inline PyTypeObject* new_type(PyObject* module, PyType_Spec& spec, PyObject* base = nullptr) {
  return reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &spec, base));
}

PyObject* encode(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* encode_point(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* point_intake(PyObject* module, PyObject* args);
PyObject* line_reader(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* read_lines(PyObject* module, PyObject* const* args, Py_ssize_t count);

// How many nanoseconds an argument says that times count.
inline int64_t unit_of(PyObject* argument) {
  const int64_t unit = PyLong_AsLongLong(argument);
  if (unit >= 1) return unit;
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "a unit has at least a nanosecond");
  throw PythonError{};
}
PyObject* summarize_lines(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* point_keys(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* share_keys(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* encode_columns(PyObject* module, PyObject* args);

PyObject* read_json_tables(PyObject* module, PyObject* document);
PyObject* read_json_columns(PyObject* module, PyObject* document);
PyObject* read_msgpack_tables(PyObject* module, PyObject* document);
PyObject* read_msgpack_columns(PyObject* module, PyObject* document);
PyObject* read_csv_tables(PyObject* module, PyObject* args);
PyObject* read_csv_columns(PyObject* module, PyObject* args);
PyObject* skip_msgpack(PyObject* module, PyObject* args);
PyObject* datetime_of(PyObject* module, PyObject* ns);
PyObject* read_flux_rows(PyObject* module, PyObject* args);
PyObject* row_type(PyObject* module, PyObject* base);
PyObject* rows(PyObject* module, PyObject* args);

PyObject* fit_smoothing(PyObject* module, PyObject* args);

// Make the types that answers are given in, and put them into the state; false with an error set.
bool add_table_type(PyObject* module);
bool add_row_types(PyObject* module);
bool add_memory_type(PyObject* module);

// Makes the type that takes points one at a time, and puts it into the state; false with an error set.
bool add_intake_type(PyObject* module);

// What the files of the module offer each other.
#pragma once

#include "python.hpp"

PyObject* encode(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* encode_columns(PyObject* module, PyObject* args);

// Makes the datetime module's C functions known to the file that uses them; false with an error set.
bool import_datetime();

PyObject* read_tables(PyObject* module, PyObject* document);
PyObject* read_columns(PyObject* module, PyObject* document);
PyObject* row_type(PyObject* module, PyObject* base);
PyObject* rows(PyObject* module, PyObject* args);

// Make the types that answers are given in; false with an error set.
bool add_table_type(PyObject* module);
bool add_row_types();
bool add_memory_type();

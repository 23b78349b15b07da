// What the files of the module offer each other.
#pragma once

#include "python.hpp"

PyObject* encode(PyObject* module, PyObject* const* args, Py_ssize_t count);
PyObject* encode_columns(PyObject* module, PyObject* args);

// Makes the datetime module's C functions known to the file that uses them; false with an error set.
bool import_datetime();

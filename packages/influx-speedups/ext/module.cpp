// The module `_influx_speedups`: fast ways for what is plainly regular. influx_speedups combines
// them with influx_core, which does the rest.

#include "module.hpp"

namespace {

PyMethodDef methods[] = {
    {"encode", reinterpret_cast<PyCFunction>(encode), METH_FASTCALL, nullptr},
    {"line_reader", reinterpret_cast<PyCFunction>(line_reader), METH_FASTCALL, nullptr},
    {"read_lines", reinterpret_cast<PyCFunction>(read_lines), METH_FASTCALL, nullptr},
    {"encode_columns", encode_columns, METH_VARARGS, nullptr},
    {"read_tables", read_tables, METH_O, nullptr},
    {"read_columns", read_columns, METH_O, nullptr},
    {"datetime_of", datetime_of, METH_O, nullptr},
    {"read_flux_rows", read_flux_rows, METH_VARARGS, nullptr},
    {"row_type", row_type, METH_O, nullptr},
    {"rows", rows, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

int execute(PyObject* module) {
  state_of(module).rows = new_row_memory();
  if (!import_datetime() || !add_table_type(module) || !add_row_types() || !add_memory_type()) return -1;
  return PyModule_AddStringConstant(module, "SOURCE_DIGEST", SOURCE_DIGEST);
}

void release(void* module) { free_row_memory(state_of(static_cast<PyObject*>(module)).rows); }

// CPython's datetime hands out its functions once a process: no sub-interpreters. A free-threaded
// interpreter takes its lock back when it loads this module.
PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_influx_speedups", nullptr, sizeof(State), methods, slots, nullptr, nullptr, release,
};

}  // namespace

PyMODINIT_FUNC PyInit__influx_speedups() { return PyModuleDef_Init(&definition); }

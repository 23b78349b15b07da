// The module `_influx_speedups`: fast ways for what is plainly regular. influx_speedups combines
// them with influx_core, which does the rest.

#include "module.hpp"

namespace {

PyMethodDef methods[] = {
    {"encode", reinterpret_cast<PyCFunction>(encode), METH_FASTCALL, nullptr},
    {"encode_point", reinterpret_cast<PyCFunction>(encode_point), METH_FASTCALL, nullptr},
    {"point_intake", point_intake, METH_VARARGS, nullptr},
    {"line_reader", reinterpret_cast<PyCFunction>(line_reader), METH_FASTCALL, nullptr},
    {"read_lines", reinterpret_cast<PyCFunction>(read_lines), METH_FASTCALL, nullptr},
    {"summarize_lines", reinterpret_cast<PyCFunction>(summarize_lines), METH_FASTCALL, nullptr},
    {"point_keys", reinterpret_cast<PyCFunction>(point_keys), METH_FASTCALL, nullptr},
    {"share_keys", reinterpret_cast<PyCFunction>(share_keys), METH_FASTCALL, nullptr},
    {"encode_columns", encode_columns, METH_VARARGS, nullptr},
    {"read_json_tables", read_json_tables, METH_O, nullptr},
    {"read_json_columns", read_json_columns, METH_O, nullptr},
    {"read_msgpack_tables", read_msgpack_tables, METH_O, nullptr},
    {"read_msgpack_columns", read_msgpack_columns, METH_O, nullptr},
    {"read_csv_tables", read_csv_tables, METH_VARARGS, nullptr},
    {"read_csv_columns", read_csv_columns, METH_VARARGS, nullptr},
    {"skip_msgpack", skip_msgpack, METH_VARARGS, nullptr},
    {"datetime_of", datetime_of, METH_O, nullptr},
    {"read_flux_rows", read_flux_rows, METH_VARARGS, nullptr},
    {"row_type", row_type, METH_O, nullptr},
    {"rows", rows, METH_VARARGS, nullptr},
    {"fit_smoothing", fit_smoothing, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

int execute(PyObject* module) {
  State& state = state_of(module);
  state.row_memory = new_row_memory();
  if (state.row_memory == nullptr) return PyErr_NoMemory(), -1;
  if (!state.datetime.load() || !add_table_type(module) || !add_row_types(module) || !add_memory_type(module) ||
      !add_intake_type(module)) {
    return -1;
  }
  return PyModule_AddStringConstant(module, "SOURCE_DIGEST", SOURCE_DIGEST);
}

int traverse(PyObject* module, visitproc visit, void* arg) {
  const State& state = state_of(module);
  if (state.row_memory != nullptr) {
    if (const int stop = traverse_row_memory(*state.row_memory, visit, arg)) return stop;
  }
  Py_VISIT(state.datetime.capsule);
  Py_VISIT(state.table_type);
  Py_VISIT(state.memory_type);
  Py_VISIT(state.rows_type);
  Py_VISIT(state.iterator_type);
  Py_VISIT(state.intake_type);
  return 0;
}

// The capsule stays until the end: values may be read while the garbage collector takes the module apart.
int clear(PyObject* module) {
  State& state = state_of(module);
  if (state.row_memory != nullptr) forget_rows(*state.row_memory);
  Py_CLEAR(state.table_type);
  Py_CLEAR(state.memory_type);
  Py_CLEAR(state.rows_type);
  Py_CLEAR(state.iterator_type);
  Py_CLEAR(state.intake_type);
  return 0;
}

void release(void* module) {
  State& state = state_of(static_cast<PyObject*>(module));
  clear(static_cast<PyObject*>(module));
  Py_CLEAR(state.datetime.capsule);
  free_row_memory(std::exchange(state.row_memory, nullptr));
}

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    // Points, their dicts and lists are read without locks of their own.
    {Py_mod_gil, Py_MOD_GIL_USED},
#elif PY_VERSION_HEX >= 0x030C0000
    // In 3.12 an interpreter with a GIL of its own has no datetime in C.
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED},
#endif
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_influx_speedups", nullptr, sizeof(State), methods, slots, traverse, clear, release,
};

}  // namespace

PyMODINIT_FUNC PyInit__influx_speedups() { return PyModuleDef_Init(&definition); }

// The C functions of the datetime module. CPython's header keeps them in a variable of the process; each
// interpreter has its own here.
#pragma once

#include "python/python.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"
#include <datetime.h>
#pragma GCC diagnostic pop

struct DatetimeApi {
  PyObject* capsule;  // owns `functions`
  PyDateTime_CAPI* functions;

  // False with an error set, as where datetime is written in Python.
  bool load() {
    const Ref module(PyImport_ImportModule("datetime"));
    capsule = module ? PyObject_GetAttrString(module.get(), "datetime_CAPI") : nullptr;
    if (capsule == nullptr) return false;
    functions = static_cast<PyDateTime_CAPI*>(PyCapsule_GetPointer(capsule, PyDateTime_CAPSULE_NAME));
    return functions != nullptr;
  }

  bool is_datetime(PyObject* value) const { return Py_IS_TYPE(value, functions->DateTimeType); }
  PyObject* utc() const { return functions->TimeZone_UTC; }
};

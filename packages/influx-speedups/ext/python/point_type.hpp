// Where a point's members are: in a tuple, or in the slots of a class.
#pragma once

#include <array>

#include "python/python.hpp"

// The members of a point, borrowed.
struct Members {
  PyObject *measurement, *tags, *fields, *timestamp;
};

// A class with slots for a point's members; one without is left to Python.
class PointType {
 public:
  PointType() = default;
  explicit PointType(PyTypeObject* type);

  // The class; what it was made with, whether it has slots or not.
  PyObject* known() const { return known_.get(); }

  bool members(PyObject* point, Members& found) const {
    if (PyTuple_CheckExact(point) && PyTuple_GET_SIZE(point) == 4) {
      found = {PyTuple_GET_ITEM(point, 0), PyTuple_GET_ITEM(point, 1), PyTuple_GET_ITEM(point, 2),
               PyTuple_GET_ITEM(point, 3)};
      return true;
    }
    if (type_ == nullptr || !Py_IS_TYPE(point, type_)) return false;
    found = {at(point, 0), at(point, 1), at(point, 2), at(point, 3)};
    return found.measurement && found.tags && found.fields && found.timestamp;
  }

  // A new point of these members, which must be what its class wants: where the class is nothing
  // but its four slots, they are filled; else it is called.
  PyObject* make(const std::array<PyObject*, 4>& members) const {
    if (!plain_) return checked(PyObject_Vectorcall(known_.get(), members.data(), members.size(), nullptr));
    PyObject* point = checked(PyType_GenericAlloc(type_, 0));
    for (size_t index = 0; index < members.size(); ++index) at(point, index) = Py_NewRef(members[index]);
    return point;
  }

 private:
  bool fills_like_a_call();

  PyObject*& at(PyObject* point, size_t index) const {
    return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(point) + offsets_[index]);
  }

  Ref known_;
  PyTypeObject* type_ = nullptr;
  std::array<Py_ssize_t, 4> offsets_{};
  bool plain_ = false;
};

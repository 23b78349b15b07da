// Finds the slots of a class of points, and whether there is nothing else to it.

#include "python/point_type.hpp"

#include <structmember.h>

PointType::PointType(PyTypeObject* type) : known_(Ref::borrowed(reinterpret_cast<PyObject*>(type))), type_(type) {
  static constexpr const char* kNames[] = {"measurement", "tags", "fields", "timestamp"};
  for (size_t index = 0; index < offsets_.size(); ++index) {
    const Ref member(checked(PyObject_GetAttrString(known_.get(), kNames[index])));
    if (!Py_IS_TYPE(member.get(), &PyMemberDescr_Type)) {
      type_ = nullptr;
      return;
    }
    const PyMemberDef* slot = reinterpret_cast<PyMemberDescrObject*>(member.get())->d_member;
    if (slot->type != T_OBJECT_EX) type_ = nullptr;
    offsets_[index] = slot->offset;
  }
  plain_ = type_ != nullptr && fills_like_a_call();
}

// Makes a point both ways: the class may hold more than its slots, or change what it is given.
bool PointType::fills_like_a_call() {
  constexpr unsigned long kMore = Py_TPFLAGS_HAVE_GC;
  if (PyType_HasFeature(type_, kMore) || type_->tp_itemsize != 0 || type_->tp_dictoffset != 0 ||
      type_->tp_weaklistoffset != 0 || type_->tp_basicsize != Py_ssize_t{sizeof(PyObject) + 4 * sizeof(PyObject*)}) {
    return false;
  }
  const Ref text(checked(PyUnicode_FromString("x"))), number(checked(PyLong_FromLong(1)));
  const Ref tags(checked(PyDict_New())), fields(checked(PyDict_New()));
  if (PyDict_SetItem(fields.get(), text.get(), number.get()) < 0) throw PythonError{};
  const std::array<PyObject*, 4> members{text.get(), tags.get(), fields.get(), number.get()};
  const Ref called(checked(PyObject_Vectorcall(known_.get(), members.data(), members.size(), nullptr)));
  plain_ = true;
  const Ref filled(make(members));
  Members one, other;
  return Py_IS_TYPE(called.get(), type_) && this->members(called.get(), one) && this->members(filled.get(), other) &&
         one.measurement == other.measurement && one.tags == other.tags && one.fields == other.fields &&
         one.timestamp == other.timestamp;
}

// The values of one series for Python, which makes objects of them when somebody looks.
#pragma once

#include "results/cells.hpp"
#include "python/python.hpp"

// A value of cells as Python has it; throws PythonError.
PyObject* new_value(const Cells& cells, size_t row, size_t column);

// Cells, and the texts made of them so far.
class Table {
 public:
  explicit Table(Cells cells) : cells_(std::move(cells)), texts_(cells_.width()) {}
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table();

  const Cells& cells() const { return cells_; }
  size_t rows() const { return cells_.rows(); }
  size_t width() const { return cells_.width(); }

  // Each makes a new object, or throws PythonError.
  PyObject* value(size_t row, size_t column) {
    return cells_[column].kinds[row] == Kind::kText ? text(row, column) : new_value(cells_, row, column);
  }
  PyObject* list(size_t row);

  // The nanoseconds of a row; false if the value is no time that the server can store.
  bool time(size_t row, size_t column, int64_t& ns) const;
  bool is_null(size_t row, size_t column) const { return cells_[column].kinds[row] == Kind::kNull; }

 private:
  PyObject* text(size_t row, size_t column);

  Cells cells_;
  std::vector<std::vector<PyObject*>> texts_;
};

struct TableObject {
  PyObject_HEAD
  Table* table;
};

PyObject* new_table(PyTypeObject* type, Cells cells);

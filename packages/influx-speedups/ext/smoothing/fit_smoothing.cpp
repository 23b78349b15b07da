// Fits a Holt-Winters model with a damped trend to a series, with the same bits as the fake server's Python
// code: it is compiled without contraction of floating-point operations.

#include <algorithm>
#include <cfloat>

#include "module.hpp"
#include "smoothing/nelder_mead.hpp"

namespace {

// The sum of squared errors of the model; a season of 0 means no season.
class SquaredErrors {
 public:
  SquaredErrors(std::vector<double> series, size_t season) : series_(std::move(series)), season_(season) {
    dampings_.resize(series_.size());
  }

  // The parameters are changed in place: the first four are clamped, seasonal factors are replaced.
  double operator()(Vertex& parameters) {
    for (size_t index = 0; index < 4; ++index) parameters[index] = clamped(parameters[index]);
    set_dampings(parameters[3]);
    return season_ == 0 ? plain_error(parameters) : seasonal_error(parameters);
  }

 private:
  // Squared errors that are added up. Infinity if a value is NaN that should be none.
  struct Total {
    void add(double found, double value) {
      const double error = found - value;
      if (error == error) {
        sum += error * error;
      } else if (value == value) {
        failed |= found != found;
        sum += error;
      }
    }
    double result() const { return failed ? HUGE_VAL : sum; }

    double sum = 0.0;
    bool failed = false;
  };

  static double clamped(double value) {
    const double positive = 0.0 > value ? 0.0 : value;
    return 1.0 < positive ? 1.0 : positive;
  }

  // Sets what the trend is multiplied by in each step: sums of powers of phi. A power is that without its
  // highest bit, times the factor of this bit, as by repeated squaring.
  void set_dampings(double phi) {
    const size_t steps = series_.size() - 1;
    double* powers = dampings_.data();
    powers[0] = 1.0;
    double factor = phi;
    for (size_t known = 1; known < steps; known *= 2, factor *= factor) {
      const size_t more = std::min(known, steps - known);
      for (size_t index = 0; index < more; ++index) powers[known + index] = powers[index] * factor;
    }
    powers[0] = phi;
    for (size_t step = 1; step < steps; ++step) powers[step] += powers[step - 1];
  }

  double plain_error(const Vertex& parameters) const {
    const double alpha = parameters[0], beta = parameters[1], phi = parameters[3];
    const double rest = 1 - alpha, damped = (1 - beta) * phi;
    double level = parameters[4], trend = parameters[5], value = series_[0];
    Total total;
    total.add(value, series_[0]);
    for (size_t step = 1; step < series_.size(); ++step) {
      const double before = level;
      level = alpha * value + rest * (level + phi * trend);
      trend = beta * (level - before) + damped * trend;
      value = level + dampings_[step - 1] * trend;
      total.add(value, series_[step]);
    }
    return total.result();
  }

  double seasonal_error(Vertex& parameters) const {
    const double alpha = parameters[0], beta = parameters[1], gamma = parameters[2], phi = parameters[3];
    const double rest = 1 - alpha, damped = (1 - beta) * phi, kept = 1 - gamma;
    double* factors = parameters.data() + 6;
    double level = parameters[4], trend = parameters[5], value = series_[0];
    size_t place = 0, ahead = 1 % season_;
    Total total;
    total.add(value, series_[0]);
    for (size_t step = 1; step < series_.size(); ++step) {
      const double season = factors[place], next_season = factors[ahead];
      const double base = level + phi * trend, before = level;
      level = alpha * (value / season) + rest * base;
      trend = beta * (level - before) + damped * trend;
      factors[place] = gamma * (value / base) + kept * season;
      value = (level + dampings_[step - 1] * trend) * next_season;
      total.add(value, series_[step]);
      place = (place + 2) % season_;
      ahead = (ahead + 3) % season_;
    }
    return total.result();
  }

  std::vector<double> series_;
  size_t season_;
  std::vector<double> dampings_;
};

std::vector<double> numbers_of(PyObject* list) {
  std::vector<double> numbers;
  for (Py_ssize_t index = 0; index < PyList_GET_SIZE(list); ++index) {
    const double number = PyFloat_AsDouble(PyList_GET_ITEM(list, index));
    if (number == -1.0 && PyErr_Occurred()) throw PythonError{};
    numbers.push_back(number);
  }
  return numbers;
}

PyObject* list_of(const std::vector<double>& numbers) {
  Ref list(checked(PyList_New(static_cast<Py_ssize_t>(numbers.size()))));
  for (size_t index = 0; index < numbers.size(); ++index) {
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(index), checked(PyFloat_FromDouble(numbers[index])));
  }
  return list.release();
}

}  // namespace

PyObject* fit_smoothing(PyObject*, PyObject* args) {
  PyObject *series, *start;
  Py_ssize_t season;
  double epsilon;
  if (!PyArg_ParseTuple(args, "O!nO!d", &PyList_Type, &series, &season, &PyList_Type, &start, &epsilon)) return nullptr;
  if (PyList_GET_SIZE(series) < 2 || season < 0 || PyList_GET_SIZE(start) != 6 + season) {
    PyErr_SetString(PyExc_ValueError, "two values at least, and six parameters and the factors of a season");
    return nullptr;
  }
  return guarded([=]() -> PyObject* {
    if (FLT_EVAL_METHOD != 0) return Py_NewRef(Py_None);  // such a processor rounds in another way
    Vertex place = numbers_of(start);
    SquaredErrors errors(numbers_of(series), static_cast<size_t>(season));
    double error;
    {
      const Unlocked unlocked;
      Simplex<SquaredErrors> simplex(errors, place);
      error = simplex.search(epsilon, place);
    }
    const Ref parameters(list_of(place));
    return Py_BuildValue("dO", error, parameters.get());
  });
}

// The Nelder-Mead method, in the order of operations of the fake server's Python code: each one affects
// the last digits.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

using Vertex = std::vector<double>;

// Finds a minimum of a function, which may change the vertex that it gets.
template <typename Function>
class Simplex {
 public:
  Simplex(Function& function, const Vertex& start) : function_(function), count_(start.size()) {
    const auto count = static_cast<double>(count_);
    const double near = (std::sqrt(count + 1) - 1) / (count * std::sqrt(2.0));
    const double far = (std::sqrt(count + 1) - 1 + count) / (count * std::sqrt(2.0));
    vertices_.push_back(start);
    for (size_t corner = 0; corner < count_; ++corner) {
      Vertex vertex(start);
      for (size_t axis = 0; axis < count_; ++axis) vertex[axis] = (axis == corner ? far : near) + start[axis];
      vertices_.push_back(std::move(vertex));
    }
    for (Vertex& vertex : vertices_) values_.push_back(function_(vertex));
  }

  // The vertex of the smallest value, and that value, computed once more.
  double search(double epsilon, Vertex& place) {
    for (int iteration = 0; iteration < kIterations; ++iteration) {
      step();
      if (spread() < epsilon) break;
    }
    Vertex& best = vertices_[extremes().best];
    place = best;
    return function_(best);
  }

 private:
  static constexpr int kIterations = 1000;

  struct Extremes {
    size_t worst, best;
  };

  Extremes extremes() const {
    Extremes found{0, 0};
    for (size_t index = 0; index < values_.size(); ++index) {
      if (values_[index] > values_[found.worst]) found.worst = index;
      if (values_[index] < values_[found.best]) found.best = index;
    }
    return found;
  }

  size_t second(const Extremes& extremes) const {
    size_t second = extremes.best;
    for (size_t index = 0; index < values_.size(); ++index) {
      if (values_[second] < values_[index] && values_[index] < values_[extremes.worst]) second = index;
    }
    return second;
  }

  double spread() const {
    double sum = 0.0, total = 0.0;
    for (const double value : values_) sum += value;
    const double mean = sum / static_cast<double>(count_ + 1);
    for (const double value : values_) total += (value - mean) * (value - mean) / static_cast<double>(count_);
    return std::sqrt(total);
  }

  Vertex centre(size_t worst) const {
    Vertex centre(count_, 0.0);
    for (size_t index = 0; index < vertices_.size(); ++index) {
      if (index == worst) continue;
      for (size_t axis = 0; axis < count_; ++axis) centre[axis] += vertices_[index][axis];
    }
    for (double& each : centre) each /= static_cast<double>(count_);
    return centre;
  }

  // The point from an origin so far in the direction of another one, or away from it.
  static Vertex towards(const Vertex& origin, const Vertex& other, double part) {
    Vertex found(origin);
    for (size_t axis = 0; axis < found.size(); ++axis) found[axis] += part * (other[axis] - origin[axis]);
    return found;
  }
  static Vertex away(const Vertex& origin, const Vertex& other) {
    Vertex found(origin);
    for (size_t axis = 0; axis < found.size(); ++axis) found[axis] += origin[axis] - other[axis];
    return found;
  }
  static Vertex halfway(const Vertex& origin, const Vertex& other) {
    Vertex found(origin);
    for (size_t axis = 0; axis < found.size(); ++axis) found[axis] -= 0.5 * (origin[axis] - other[axis]);
    return found;
  }

  void replace(size_t index, const Vertex& vertex, double value) {
    vertices_[index] = vertex;
    values_[index] = value;
  }

  // Replaces the worst vertex by a better one, or shrinks towards the best.
  void step() {
    const Extremes found = extremes();
    const size_t second = this->second(found);
    const Vertex centre = this->centre(found.worst);
    Vertex reflected = away(centre, vertices_[found.worst]);
    const double value = function_(reflected);
    if (values_[found.best] <= value && value < values_[second]) replace(found.worst, reflected, value);
    if (value < values_[found.best]) expand(found.worst, centre, reflected, value);
    if (value >= values_[second]) contract(found, second, centre, reflected, value);
  }

  void expand(size_t worst, const Vertex& centre, const Vertex& reflected, double value) {
    Vertex expanded = towards(centre, reflected, 2.0);
    const double expanded_value = function_(expanded);
    if (expanded_value < value) {
      replace(worst, expanded, expanded_value);
    } else {
      replace(worst, reflected, value);
    }
  }

  void contract(const Extremes& found, size_t second, const Vertex& centre, const Vertex& reflected, double value) {
    const bool outside = values_[second] <= value && value < values_[found.worst];
    Vertex contracted = outside ? towards(centre, reflected, 0.5) : halfway(centre, vertices_[found.worst]);
    const double contracted_value = function_(contracted);
    if (contracted_value < values_[found.worst]) {
      replace(found.worst, contracted, contracted_value);
    } else {
      shrink(found, second);
    }
  }

  void shrink(const Extremes& found, size_t second) {
    const Vertex& target = vertices_[found.best];
    for (size_t index = 0; index < vertices_.size(); ++index) {
      if (index == found.best) continue;
      for (size_t axis = 0; axis < count_; ++axis) {
        double& each = vertices_[index][axis];
        each = target[axis] + (each - target[axis]) / 2.0;
      }
    }
    values_[found.worst] = function_(vertices_[found.worst]);
    values_[second] = function_(vertices_[second]);
  }

  Function& function_;
  size_t count_;
  std::vector<Vertex> vertices_;
  std::vector<double> values_;
};

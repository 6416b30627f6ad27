// A plot as inline SVG: a frame with marks, lines, bands, dots and cells. Colours are classes of
// the page's style (c0 ... c5), so that they follow its light or dark scheme.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/axis.hpp"

namespace millrace::perf {

struct plot_point {
  double x = 0;
  double y = 0;
};

struct plot_band {
  double x = 0;
  double low = 0;
  double high = 0;
};

struct plot_cell {
  double from = 0, to = 0;   ///< x
  double low = 0, high = 0;  ///< y
  double strength = 0;       ///< 0..1
};

using mark_text = std::function<std::string(double)>;

struct plot_options {
  double width = 920;
  double height = 300;
  std::string title;   ///< for those who cannot see it
  std::string x_name;  ///< empty: no marks below, for panels above another one
  std::string y_name;
  mark_text x_text;
  mark_text y_text;
  double right = 96;  ///< room for the lines' names
};

class svg_plot {
 public:
  static constexpr int colours = 6;

  svg_plot(axis x, axis y, plot_options options);

  /// Straight lines through the points; `name` stands at its end. Values that are not finite break
  /// the line.
  void line(const std::vector<plot_point>& points, int colour, const std::string& name,
            bool dashed = false);
  void band(const std::vector<plot_band>& points, int colour);
  /// A dot with a text that shows when pointed at.
  void dot(plot_point at, int colour, const std::string& text);
  /// Rectangles, in eight grades of strength, of which the faintest still shows.
  void cells(const std::vector<plot_cell>& all, int colour);
  /// A cross at the upper edge: a load whose latency has no value.
  void cross(double x, const std::string& text);
  void vertical(double x, const std::string& name);
  /// The finished element.
  [[nodiscard]] std::string text() const;

 private:
  struct end_name {
    double y;
    int colour;
    std::string name;
  };

  [[nodiscard]] double across(double x) const noexcept;
  [[nodiscard]] double down(double y) const noexcept;
  [[nodiscard]] std::string frame() const;
  [[nodiscard]] std::string names() const;

  axis x_, y_;
  plot_options options_;
  std::string body_;
  std::vector<end_name> ends_;
};

/// A strip of cells, one a row of a time line, for a share of 0..1 each: the stronger, the fuller.
struct strip_cell {
  double from = 0;
  double to = 0;
  double share = 0;
  std::string text;
};

struct strip {
  std::string name;
  int colour = 0;
  std::vector<strip_cell> cells;
};

/// Strips below each other, to stand beneath plots of the same options and x axis.
[[nodiscard]] std::string svg_strips(const axis& x, const std::vector<strip>& strips,
                                     const plot_options& options);

}  // namespace millrace::perf

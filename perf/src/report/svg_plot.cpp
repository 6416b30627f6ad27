#include "report/svg_plot.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/format.hpp"

namespace millrace::perf {

namespace {

constexpr double left = 78;
constexpr double top = 14;
constexpr double bottom = 40;
constexpr double bottom_bare = 10;
constexpr double name_gap = 13;  ///< between names at the ends of lines
constexpr double strip_height = 14;
constexpr double strip_gap = 5;

double width_of(const plot_options& options) { return options.width - left - options.right; }

std::string opening(const plot_options& options, double height) {
  return format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", options.width,
                height) +
         escaped(options.title) + "\">";
}

std::string label(const char* place, double x, double y, const std::string& text) {
  return format("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", place, x, y) + escaped(text) +
         "</text>";
}

}  // namespace

svg_plot::svg_plot(axis x, axis y, plot_options options)
    : x_(std::move(x)), y_(std::move(y)), options_(std::move(options)) {}

double svg_plot::across(double x) const noexcept { return left + width_of(options_) * x_.place(x); }

double svg_plot::down(double y) const noexcept {
  const double below = options_.x_name.empty() ? bottom_bare : bottom;
  const double height = options_.height - top - below;
  return top + height * (1 - std::clamp(y_.place(y), 0.0, 1.0));
}

void svg_plot::line(const std::vector<plot_point>& points, int colour, const std::string& name,
                    bool dashed) {
  std::string path;
  bool drawing = false;
  const plot_point* last = nullptr;
  for (const plot_point& point : points) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) {
      drawing = false;
      continue;
    }
    path += format("%c%.1f %.1f", drawing ? 'L' : 'M', across(point.x), down(point.y));
    drawing = true;
    last = &point;
  }
  if (last == nullptr) return;
  body_ +=
      format("<path class=\"line c%d%s\" d=\"", colour, dashed ? " dashed" : "") + path + "\"/>";
  if (!name.empty()) ends_.push_back({down(last->y), colour, name});
}

void svg_plot::band(const std::vector<plot_band>& points, int colour) {
  if (points.size() < 2) return;
  std::string path;
  for (const plot_band& each : points) {
    path += format("%c%.1f %.1f", path.empty() ? 'M' : 'L', across(each.x), down(each.high));
  }
  for (auto each = points.rbegin(); each != points.rend(); ++each) {
    path += format("L%.1f %.1f", across(each->x), down(each->low));
  }
  body_ += format("<path class=\"band f%d\" d=\"", colour) + path + "Z\"/>";
}

void svg_plot::dot(plot_point at, int colour, const std::string& text) {
  if (!std::isfinite(at.x) || !std::isfinite(at.y)) return;
  body_ += format("<circle class=\"dot f%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>", colour,
                  across(at.x), down(at.y)) +
           escaped(text) + "</title></circle>";
}

void svg_plot::cells(const std::vector<plot_cell>& all, int colour) {
  constexpr int grades = 8;
  std::string paths[grades];  // one element a grade keeps the page small
  for (const plot_cell& each : all) {
    const int grade = std::clamp(static_cast<int>(each.strength * grades), 0, grades - 1);
    const double x = across(each.from), y = down(each.high);
    const double wide = across(each.to) - x, tall = down(each.low) - y;
    paths[grade] += format("M%.1f %.1fh%.1fv%.1fh%.1fz", x, y, wide, tall, -wide);
  }
  for (int grade = 0; grade < grades; ++grade) {
    if (paths[grade].empty()) continue;
    body_ += format("<path class=\"heat f%d\" opacity=\"%.3f\" d=\"", colour,
                    static_cast<double>(grade + 1) / grades) +
             paths[grade] + "\"/>";
  }
}

void svg_plot::cross(double x, const std::string& text) {
  const double at = across(x);
  body_ +=
      format("<path class=\"cross\" d=\"M%.1f %.1fl10 10m0 -10l-10 10\"><title>", at - 5, top) +
      escaped(text) + "</title></path>";
}

void svg_plot::vertical(double x, const std::string& name) {
  const double at = across(x);
  body_ += format("<path class=\"limit\" d=\"M%.1f %.1fV%.1f\"/>", at, top, down(y_.low()));
  body_ += label("end", at - 6, top + 12, name);
}

std::string svg_plot::frame() const {
  const double right = left + width_of(options_), floor = down(y_.low());
  std::string text;
  for (const double mark : y_.marks()) {
    text += format("<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", left, down(mark), right);
    text += label("end", left - 8, down(mark) + 4, options_.y_text(mark));
  }
  text += format("<path class=\"axis\" d=\"M%.1f %.1fH%.1f\"/>", left, floor, right);
  text += format("<text class=\"middle name\" transform=\"translate(14 %.1f) rotate(-90)\">",
                 (top + floor) / 2) +
          escaped(options_.y_name) + "</text>";
  if (options_.x_name.empty()) return text;
  for (const double mark : x_.marks()) {
    text += format("<path class=\"axis\" d=\"M%.1f %.1fv4\"/>", across(mark), floor);
    text += label("middle", across(mark), floor + 17, options_.x_text(mark));
  }
  return text + label("middle name", (left + right) / 2, floor + 34, options_.x_name);
}

std::string svg_plot::names() const {
  std::vector<end_name> sorted = ends_;
  std::sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.y < b.y; });
  std::string text;
  double free = top;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    // Names keep apart, and leave room for those that follow.
    const double lowest = down(y_.low()) - name_gap * static_cast<double>(sorted.size() - 1 - i);
    const double y = std::max(free, std::min(sorted[i].y + 4, lowest));
    free = y + name_gap;
    const double x = left + width_of(options_) + 8;
    text += format("<rect class=\"f%d\" x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\" rx=\"2\"/>",
                   sorted[i].colour, x, y - 8);
    text += label("start", x + 12, y, sorted[i].name);
  }
  return text;
}

std::string svg_plot::text() const {
  return opening(options_, options_.height) + frame() + body_ + names() + "</svg>";
}

std::string svg_strips(const axis& x, const std::vector<strip>& strips,
                       const plot_options& options) {
  const double height = static_cast<double>(strips.size()) * (strip_height + strip_gap);
  std::string text = opening(options, height);
  double y = 0;
  const auto across = [&](double value) { return left + width_of(options) * x.place(value); };
  for (const strip& each : strips) {
    text += label("end", left - 8, y + 11, each.name);
    text += format("<rect class=\"empty\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\"/>",
                   left, y, width_of(options), strip_height);
    for (const strip_cell& cell : each.cells) {
      const double from = across(cell.from);
      text += format(
                  "<rect class=\"f%d\" opacity=\"%.2f\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                  "height=\"%.0f\"><title>",
                  each.colour, std::clamp(cell.share, 0.0, 1.0), from, y,
                  std::max(0.5, across(cell.to) - from), strip_height) +
              escaped(cell.text) + "</title></rect>";
    }
    y += strip_height + strip_gap;
  }
  return text + "</svg>";
}

}  // namespace millrace::perf

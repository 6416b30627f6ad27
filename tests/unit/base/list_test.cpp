// The intrusive list, against std::list.
#include "base/list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <memory>
#include <vector>

#include "base/random.hpp"

namespace {

struct first_tag;
struct second_tag;
struct item : millrace::base::list_hook<first_tag>, millrace::base::list_hook<second_tag> {
  int value = 0;
};
using items = millrace::base::list<item, first_tag>;
using others = millrace::base::list<item, second_tag>;

std::vector<int> values(const items& l) {
  std::vector<int> out;
  for (const item* i = l.front(); i != nullptr; i = l.after(*i)) out.push_back(i->value);
  std::vector<int> back;
  for (const item* i = l.back(); i != nullptr; i = l.before(*i)) back.push_back(i->value);
  std::reverse(back.begin(), back.end());
  EXPECT_EQ(out, back) << "the two directions disagree";
  return out;
}

TEST(list, an_item_stands_in_one_list_for_each_hook) {
  item a;
  a.value = 1;
  items one;
  others two;
  one.push_back(a);
  two.push_back(a);
  items::erase(a);
  EXPECT_TRUE(one.empty());
  EXPECT_EQ(two.front(), &a);
  EXPECT_FALSE(static_cast<millrace::base::list_hook<first_tag>&>(a).linked());
  EXPECT_TRUE(static_cast<millrace::base::list_hook<second_tag>&>(a).linked());
}

TEST(list, forget_leaves_an_empty_list) {
  item a;
  items l;
  l.push_back(a);
  l.forget();
  EXPECT_TRUE(l.empty());
  EXPECT_EQ(l.pop_front(), nullptr);
}

TEST(list, does_what_a_standard_list_does) {
  millrace::base::random r(3);
  std::vector<std::unique_ptr<item>> pool;
  items mine[2];
  std::list<item*> theirs[2];
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t which = r.below(2);
    items& l = mine[which];
    std::list<item*>& s = theirs[which];
    const auto middle = [&] {
      return std::next(s.begin(), static_cast<std::ptrdiff_t>(r.below(s.size())));
    };
    const auto fresh = [&]() -> item& {
      pool.push_back(std::make_unique<item>());
      pool.back()->value = step;
      return *pool.back();
    };
    switch (r.below(6)) {
      case 0: {
        item& i = fresh();
        l.push_back(i);
        s.push_back(&i);
        break;
      }
      case 1: {
        item& i = fresh();
        l.push_front(i);
        s.push_front(&i);
        break;
      }
      case 2:
        if (!s.empty()) {
          const auto at = middle();
          item& i = fresh();
          l.insert_behind(**at, i);
          s.insert(std::next(at), &i);
        }
        break;
      case 3:
        if (!s.empty()) {
          const auto at = middle();
          items::erase(**at);
          s.erase(at);
        }
        break;
      case 4: {
        item* got = l.pop_front();
        ASSERT_EQ(got, s.empty() ? nullptr : s.front());
        if (!s.empty()) s.pop_front();
        break;
      }
      default:
        if (r.below(50) == 0) {
          l.splice_back(mine[1 - which]);
          s.splice(s.end(), theirs[1 - which]);
        }
    }
    if (step % 16 != 0) continue;
    std::vector<int> wanted;
    for (const item* i : s) wanted.push_back(i->value);
    ASSERT_EQ(values(l), wanted) << "step " << step;
  }
}

}  // namespace

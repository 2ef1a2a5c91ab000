#include "bulkhead/report/json_stream.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bulkhead::report {
namespace {

TEST(JsonStream, WritesOneElementALine) {
  std::ostringstream out;
  JsonStream json(out);
  json.member("a", "1");
  json.open_list("list");
  json.element("[2]");
  json.open_object();
  json.member("b", "null");
  json.close();
  json.close();
  json.open_object("empty");
  json.close();
  json.open_list("none");
  json.end();
  EXPECT_EQ(out.str(),
            "{\n  \"a\": 1,\n  \"list\": [\n    [2],\n    {\n      \"b\": null\n    }\n  ],\n"
            "  \"empty\": {},\n  \"none\": []\n}\n");
  EXPECT_TRUE(nlohmann::json::accept(out.str()));
}

}  // namespace
}  // namespace bulkhead::report

#include "bulkhead/report/instruction.h"

#include <gtest/gtest.h>

namespace bulkhead::report {
namespace {

struct Row {
  std::string_view created_by, want, why;
};

constexpr Row kRows[] = {
    {"/bin/sh -c #(nop) ADD file:1f2e in / ", "ADD file:1f2e in /", "classic, no operation"},
    {"/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]", "classic with two spaces"},
    {"/bin/sh -c apt-get update", "RUN apt-get update", "classic RUN"},
    {"|1 V=1 /bin/sh -c make V=$V", "RUN make V=$V", "classic RUN with an argument"},
    {"RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update", "BuildKit RUN"},
    {"RUN |1 V=1 /bin/sh -c make # buildkit", "RUN make", "BuildKit RUN with an argument"},
    {"COPY app / # buildkit", "COPY app /", "BuildKit COPY"},
    {"RUN [\"/app\"] # buildkit", "RUN [\"/app\"]", "exec form has no shell"},
    {"a\n  &&\tb", "a && b", "lines are folded"},
    {"bazel build ...", "bazel build ...", "another builder's words stay"},
    {"|9", "|9", "arguments without a shell"},
    {"", "", "nothing"},
    {"RUN ", "RUN", "an empty RUN"},
    {"# buildkit", "", "a remark only"},
};

TEST(Instruction, IsTheDockerfilesLine) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(dockerfile_line(row.created_by), row.want);
  }
}

}  // namespace
}  // namespace bulkhead::report

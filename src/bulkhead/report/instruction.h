#pragma once

#include <string>
#include <string_view>

namespace bulkhead::report {

/// The Dockerfile's line behind a layer's `created_by`: builders wrap it in a shell's call.
///
/// Classic builder: `/bin/sh -c #(nop) ADD file:1f2e in / ` and `/bin/sh -c apt-get update`, with
/// `|1 ARG=x ` before it where there are build arguments. BuildKit: `RUN /bin/sh -c apt-get update
/// # buildkit` and `COPY app / # buildkit`. What is none of these stays as it is. White space is
/// folded to single spaces, so that a long RUN is one line.
std::string dockerfile_line(std::string_view created_by);

}  // namespace bulkhead::report

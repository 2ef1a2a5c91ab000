#pragma once

#include <cstddef>

#include "bulkhead/format/xml.h"

// Bounds of one OVAL document. The largest that are known (all of SUSE Linux Enterprise 15) have
// some 40,000 definitions, 1.5 million tests, and definitions of 10,000 criteria.
namespace bulkhead::advisory {

inline constexpr std::size_t kMaxOvalIds = 16 << 20;   // of tests, of objects, of states, ...
inline constexpr std::size_t kMaxOvalNames = 1 << 16;  // values of one variable
inline constexpr std::size_t kMaxOvalTerms = 1 << 20;  // that one definition's criteria come to
inline constexpr std::size_t kMaxOvalRows = 1 << 21;   // statements of one definition
inline constexpr std::size_t kMaxOvalLists = 4096;     // CVEs, references, ... of one definition

// Oracle's kernels have logs of changes of more than 1 MiB.
inline constexpr format::XmlLimits kOvalXmlLimits{
    .depth = 64, .attributes = 64, .text_bytes = 16 << 20};

}  // namespace bulkhead::advisory

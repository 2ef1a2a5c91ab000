#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/model/report.h"

namespace bulkhead::report {

/// An image with findings of all sorts: several layers, binaries of one source, no fix, an
/// exploited one, an advisory without a CVE, the end of support.
ScanReport sample_report();

/// What an image's author may write to break a report: control and bidirectional characters,
/// bytes that are no UTF-8, endless names, in every field that comes from the target.
ScanReport hostile_report();

/// Orders as text: enough for the samples, which have no numbers of different lengths.
std::strong_ordering compare_as_text(PackageType type, std::string_view a, std::string_view b);

}  // namespace bulkhead::report

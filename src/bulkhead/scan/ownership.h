#pragma once

#include "bulkhead/image/tree.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::scan {

/// Gives each library, and each program of type generic (a Java runtime), that a package of the
/// operating system installed that package as its owner:
/// the file that shows the library (its parents resolved in the final tree: merged /usr, links)
/// stands in the package's list of files, and no layer above the one that brought the package wrote
/// it. Who upgraded a library past its package, by pip as root say, owns it himself.
void assign_owners(const image::Tree& tree, Inventory& inventory);

}  // namespace bulkhead::scan

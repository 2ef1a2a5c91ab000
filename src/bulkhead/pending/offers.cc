#include "bulkhead/pending/offers.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "bulkhead/version/scheme.h"

namespace bulkhead::pending {
namespace {

// What an installed version counts that no source has (apt_preferences(5)).
constexpr int kInstalledPriority = 100;
constexpr int kMayDowngrade = 1000;

using Order = std::strong_ordering (*)(std::string_view a, std::string_view b);

Order order_of(PackageType type) {
  const version::Scheme* scheme = version::find_scheme(type_name(type));
  return scheme == nullptr ? nullptr : scheme->compare;
}

/// The architecture that "all" packages belong to for dpkg: its own.
std::string_view native_deb(std::span<const Package> packages) {
  std::string_view any;
  for (const Package& package : packages) {
    if (package.type != PackageType::deb || package.architecture == "all") continue;
    if (package.name == "dpkg") return package.architecture;
    any = package.architecture;
  }
  return any;
}

/// Can an offer of architecture `offered` take the place of a package of `installed`?
bool fits(PackageType type, std::string_view installed, std::string_view offered,
          std::string_view native) {
  switch (type) {
    case PackageType::deb: {
      const std::string_view own = installed == "all" || installed.empty() ? native : installed;
      return offered == own || own.empty() || (offered == "all" && own == native);
    }
    case PackageType::rpm:
      return offered == installed || offered == "noarch" || installed == "noarch";
    default:
      return true;  // an index of apk is of one architecture
  }
}

/// The offer that the package manager would install; null where none is better.
const Offer* choose_deb(const Package& package, const std::vector<const Offer*>& offers,
                        const OfferList& list, Order order) {
  // By version, the highest first; a version has the priority of its best source.
  std::vector<const Offer*> sorted = offers;
  std::ranges::stable_sort(
      sorted, [&](const Offer* a, const Offer* b) { return order(a->version, b->version) > 0; });
  int best_priority = 0;
  const Offer* best = nullptr;
  bool is_installed_seen = false;
  const auto take = [&](const Offer* offer, std::string_view version, int priority) {
    const bool is_lower = order(version, package.version) < 0;
    if (priority <= best_priority || (is_lower && priority < kMayDowngrade)) return;
    best_priority = priority;
    best = offer;
  };
  for (std::size_t i = 0; i < sorted.size();) {
    const std::string& version = sorted[i]->version;
    const auto compared = order(version, package.version);
    if (compared < 0 && !is_installed_seen) {
      is_installed_seen = true;
      take(nullptr, package.version, kInstalledPriority);
    }
    int priority = std::numeric_limits<int>::min();
    const Offer* of_version = nullptr;
    for (; i < sorted.size() && order(sorted[i]->version, version) == 0; ++i) {
      const Source& source = list.sources[sorted[i]->source];
      const bool is_better = of_version == nullptr || source.priority > priority ||
                             (source.priority == priority && source.is_security &&
                              !list.sources[of_version->source].is_security);
      if (is_better) of_version = sorted[i];
      priority = std::max(priority, source.priority);
    }
    if (compared == 0) {
      is_installed_seen = true;
      take(nullptr, package.version, std::max(priority, kInstalledPriority));
    } else {
      take(of_version, version, priority);
    }
  }
  if (!is_installed_seen) take(nullptr, package.version, kInstalledPriority);
  return best;
}

/// The highest version of the sources with the best priority.
const Offer* choose_highest(const Package& package, const std::vector<const Offer*>& offers,
                            const OfferList& list, Order order) {
  int best_priority = std::numeric_limits<int>::min();
  for (const Offer* offer : offers) {
    best_priority = std::max(best_priority, list.sources[offer->source].priority);
  }
  const Offer* best = nullptr;
  for (const Offer* offer : offers) {
    if (list.sources[offer->source].priority != best_priority) continue;
    if (order(offer->version, package.version) <= 0) continue;
    const auto compared =
        best == nullptr ? std::strong_ordering::greater : order(offer->version, best->version);
    const bool is_safer = compared == 0 && offer->is_security && !best->is_security;
    if (compared > 0 || is_safer) best = offer;
  }
  return best;
}

}  // namespace

std::vector<PendingUpdate> choose_updates(std::span<const Package> packages,
                                          const OfferList& list) {
  std::unordered_map<std::string_view, std::vector<const Offer*>> by_name;
  for (const Offer& offer : list.offers) by_name[offer.name].push_back(&offer);
  // The highest installed version of each name and architecture.
  std::map<std::tuple<PackageType, std::string_view, std::string_view>, const Package*> highest;
  for (const Package& package : packages) {
    const Order order = order_of(package.type);
    if (order == nullptr || !by_name.contains(package.name)) continue;
    const Package*& slot = highest[{package.type, package.name, package.architecture}];
    if (slot == nullptr || order(slot->version, package.version) < 0) slot = &package;
  }
  const std::string_view native = native_deb(packages);
  std::vector<PendingUpdate> updates;
  for (const Package& package : packages) {
    const auto slot = highest.find({package.type, package.name, package.architecture});
    if (slot == highest.end() || slot->second != &package) continue;
    const Order order = order_of(package.type);
    std::vector<const Offer*> usable;
    std::vector<const Offer*> notices;
    for (const Offer* offer : by_name.at(package.name)) {
      if (list.sources[offer->source].type != package.type) continue;
      if (!fits(package.type, package.architecture, offer->architecture, native)) continue;
      if (offer->is_notice) {
        notices.push_back(offer);
      } else if (package.type != PackageType::rpm || offer->module == package.module() ||
                 offer->module == kAnyModule) {
        usable.push_back(offer);
      }
    }
    const Offer* chosen = package.type == PackageType::deb
                              ? choose_deb(package, usable, list, order)
                              : choose_highest(package, usable, list, order);
    if (chosen == nullptr) continue;
    // A fix that a later release of the same package has taken over is a fix all the same.
    const auto is_on_the_way = [&](const Offer* offer) {
      const bool is_security = offer->is_security || list.sources[offer->source].is_security;
      return is_security && order(offer->version, package.version) > 0 &&
             order(offer->version, chosen->version) <= 0;
    };
    updates.push_back(
        {package.id, package.version, chosen->version,
         std::ranges::any_of(usable, is_on_the_way) || std::ranges::any_of(notices, is_on_the_way),
         list.sources[chosen->source].label});
  }
  return updates;
}

}  // namespace bulkhead::pending

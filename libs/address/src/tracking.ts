/**
 * Query parameters that tell whence a visitor came and never what is shown: the one exception to "every server must treat
 * the two as one". A name joins the list only if who made it says so of it everywhere. Compared without regard to case.
 */
const TRACKING = [
  /^utm_[a-z]+$/i,
  /^(fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid)$/i,
];

export function isTracking(parameterName: string): boolean {
  return TRACKING.some((known) => known.test(parameterName));
}

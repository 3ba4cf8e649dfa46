export function popcount(at: usize): u64 { return popcnt<u64>(load<u64>(at)); }

/** Names the exchange format that a file which is no list of ours begins like; undefined when that cannot be told. */
export function foreignFormat(start: string): string | undefined {
  const text = start.trimStart();
  if (text.startsWith("<")) {
    return /<queryResult|hashsharing/i.test(text) ? "NCMEC hash sharing XML" : "XML";
  }
  if (text.startsWith("{") || text.startsWith("[")) {
    if (/ProjectVic|VICSDATAMODEL|odata\.(metadata|context)|"MediaID"/i.test(text)) return "VICS JSON";
    return /"(indicator|threat_updates|privacy_type|signal_type)"/.test(text) ? "ThreatExchange JSON" : "JSON";
  }
  if (/^indicator(_id)?,/.test(text) || /^(pdq|md5|sha256|video_md5|vpdq|HASH_PDQ|HASH_MD5) [0-9a-f]/.test(text)) {
    return "ThreatExchange file";
  }
  if (text.startsWith("PK\x03\x04")) return "ZIP archive";
  return undefined;
}

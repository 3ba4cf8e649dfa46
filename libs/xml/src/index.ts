export { StrictXml, type XmlFault, type XmlListener, type XmlTag } from "./strict-xml.ts";

import { writeFileSync } from "node:fs";
import { hashPicture } from "@ntd/imagehash";
import { generatePicture, flatPicture, nearOutsideRadius, reencode, brighten, resize } from "@ntd/imagehash/generated";
const d=(a:Uint8Array,b:Uint8Array)=>a.reduce((s,x,i)=>s+(x^b[i]!).toString(2).replaceAll("0","").length,0);
const hs=[];let tg=0,th=0,minq=999,mint=999;const low=[];
for(let s=0;s<150;s++){let t=performance.now();const b=await generatePicture(s);tg+=performance.now()-t;t=performance.now();const h=await hashPicture(b);th+=performance.now()-t;if(!h.ok)throw h;hs.push(h);minq=Math.min(minq,h.pdq.quality);mint=Math.min(mint,h.blockhash.transitions);if(h.pdq.quality<50)low.push(s);if(s<4)writeFileSync(`/tmp/g${s}.jpg`,b)}
let min=999,minb=999;for(let i=0;i<hs.length;i++)for(let j=0;j<i;j++){for(const f of Object.values(hs[j].pdq.forms))min=Math.min(min,d(hs[i].pdq.forms.original,f as any));minb=Math.min(minb,d(hs[i].blockhash.hash,hs[j].blockhash.hash));}
console.log({gen:tg/150,hash:th/150,minq,mint,low,min,minb});
const f=await hashPicture(await flatPicture(3));console.log(f.ok&&f.pdq.quality,f.ok&&f.blockhash.transitions);
for(let s=0;s<20;s++){const t=performance.now();const n=await nearOutsideRadius(s);const h=await hashPicture(n.bytes);const r=await hashPicture(await reencode(await generatePicture(s),{quality:30}));const br=await hashPicture(await brighten(await generatePicture(s),1.3));const rs=await hashPicture(await resize(await generatePicture(s),{width:300}));
console.log(s,n.distance,d((h as any).pdq.forms.original,hs[s].pdq.forms.original),(h as any).pdq.quality,"bh",d((h as any).blockhash.hash,hs[s].blockhash.hash),"re",d((r as any).pdq.forms.original,hs[s].pdq.forms.original),"br",d((br as any).pdq.forms.original,hs[s].pdq.forms.original),"rs",d((rs as any).pdq.forms.original,hs[s].pdq.forms.original),(performance.now()-t|0)+"ms")}

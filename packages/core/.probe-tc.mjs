import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
const plain = { disallowedSpecial: new Set() }
const c=(t)=>countTokens(t,plain)
let seed=1; const r=(n)=>{seed=(seed*1103515245+12345)&0x7fffffff; return seed%n}
const alph=["abcdefghijklmnopqrstuvwxyz","etaoinshrdlu","ABCDEFabcdef0123456789+/"," \n\t\r","=-_*#/\n","日本語中文字的是了","abc éàß'sStTdD ","\u0301a\u0300b'","a'sre ve"]
const hist={}; let worst=[]
for(let i=0;i<400000;i++){const A=alph[r(alph.length)]; const n=2+r(40); let t="";for(let j=0;j<n;j++)t+=A[r(A.length)]; const k=1+r(n-1); const d=c(t.slice(0,k))+c(t.slice(k))-c(t); hist[d]=(hist[d]??0)+1; if(d<0&&worst.length<8) worst.push([JSON.stringify(t.slice(0,k)),JSON.stringify(t.slice(k)),d])}
console.log(hist); console.log(worst.map(String).join("\n"))
// safe cut exactness
const cut=/\p{L}(?![\p{L}\p{M}'])/gu; let bad=0, tried=0
for(let i=0;i<200000;i++){const A=alph[r(alph.length)]+alph[r(alph.length)]; const n=2+r(40); let t="";for(let j=0;j<n;j++)t+=A[r(A.length)]; for(const m of t.matchAll(cut)){const k=m.index+m[0].length; if(k===t.length)continue; tried++; const d=c(t.slice(0,k))+c(t.slice(k))-c(t); if(d!==0){bad++; if(bad<6)console.log("unsafe",JSON.stringify(t.slice(0,k)),JSON.stringify(t.slice(k)),d)}}}
console.log({tried,bad})

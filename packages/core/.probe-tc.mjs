import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
const plain = { disallowedSpecial: new Set() }
countTokens("warm", plain)
const old = (t)=>t.split(new RegExp(`(?<=\\S{1000})`,"u"))
const neu = (t)=>t.match(/[^]{0,999}\p{L}(?![\p{L}\p{M}'])|[^]{1,1000}/gu) ?? []
const samples={a:"a".repeat(150000),sp:" ".repeat(150000),nl:"\n".repeat(150000),slash:"!"+"/\n".repeat(75000),cjk:"日本語の文章".repeat(20000),b64:Buffer.from(Array.from({length:112000},(_, i)=>(i*7919+(i*i>>3))&255)).toString("base64"), punct:"=-".repeat(75000), prose:"The journal is append-only, and it's the one record. ".repeat(2800), tab:"\t x".repeat(50000), marks:"a\u0301".repeat(50000)}
for (const [k,t] of Object.entries(samples)) { const r=[]; for (const f of [old,neu]) { const s=performance.now(); let n=0; const p=f(t); for (const x of p) n+=countTokens(x,plain); r.push(n,p.length,Math.round(performance.now()-s)+"ms") }
 let ex="-"; if (!["a","sp","nl","slash","punct","b64","marks"].includes(k)) { ex=countTokens(t,plain) } console.log(k,...r,"exact",ex) }
for (const n of [1000,4000,16000]) for (const c of [" ","a","/\n"]) { const s=performance.now(); for(let i=0;i<5;i++) countTokens("!"+c.repeat(n/c.length)+"z"+i,plain); console.log(n,JSON.stringify(c),(performance.now()-s)/5) }

// sim: temporary
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include "base/clock.hpp"
#include "history.hpp"
#include <ctime>
#include <malloc.h>
using namespace millrace;
int main(int argc,char**argv){
  mallopt(M_MMAP_THRESHOLD, 1<<30); mallopt(M_TRIM_THRESHOLD, 1<<30);
  if(argc>2 && !strcmp(argv[1],"--seed")){
    for(int i=0;i<2;i++){ auto o=sim::history(strtoull(argv[2],0,10), getenv("V")&&i==0).run(); printf("hash %016lx %s\n",o.hash,o.complaint.c_str());
     if(i==0){auto [n,c]=sim::numbers(); for(size_t k=0;k<c;k++) printf("  %s %lu\n",n[k].name,o.counts.*n[k].number);} }
    return 0;
  }
  std::uint64_t first=argc>1?strtoull(argv[1],0,10):1, n=argc>2?strtoull(argv[2],0,10):100; int most=argc>3?atoi(argv[3]):10;
  sim::tally t; int bad=0; clock_t c0=clock();
  for(auto s=first;s<first+n;s++){ 
    if(getenv("V")) fprintf(stderr,"seed %lu\n",s);
    auto o=sim::history(s).run(); t.add(o.counts);
    if(!o.complaint.empty()){ printf("seed %lu: %s\n",s,o.complaint.c_str()); fflush(stdout); if(++bad>=most) break; } }
  double sec=double(clock()-c0)/CLOCKS_PER_SEC;
  auto [nn,c]=sim::numbers(); for(size_t k=0;k<c;k++) printf("  %s %lu\n",nn[k].name,t.*nn[k].number);
  printf("%.2f s cpu, %.0f ops/s\n",sec,t.operations/sec);
}

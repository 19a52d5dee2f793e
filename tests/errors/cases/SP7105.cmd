run zoo:bert_base --input input_ids=zeros -b N=1 -b T=600
